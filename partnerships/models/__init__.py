from partnerships.models.affiliate_conversions import (
    AffiliateConversion,
    AffiliatePostback,
    AffiliateReversal,
    AffiliateSignal,
)
from partnerships.models.affiliate_links import AffiliateClick, AffiliateCoupon, AffiliateLink, AffiliateSalt
from partnerships.models.affiliate_programmes import (
    AffiliateMembership,
    AffiliateProgramme,
    AffiliateRate,
    AffiliateRateLine,
)
from partnerships.models.deal_invoices import Invoice, InvoiceLine, InvoicePayment, InvoiceSeries
from partnerships.models.deal_parts import Deliverable, Exclusivity, Milestone, UsageRight
from partnerships.models.deal_shares import DealFile, DealShare
from partnerships.models.deals import Brand, BrandDeal, Contact, DealEvent
from partnerships.models.imports import Import, ImportRow
from partnerships.models.income import IncomeDay

__all__ = [
    "AffiliateClick",
    "AffiliateConversion",
    "AffiliateCoupon",
    "AffiliateLink",
    "AffiliateMembership",
    "AffiliatePostback",
    "AffiliateProgramme",
    "AffiliateRate",
    "AffiliateRateLine",
    "AffiliateReversal",
    "AffiliateSalt",
    "AffiliateSignal",
    "Brand",
    "BrandDeal",
    "Contact",
    "DealEvent",
    "DealFile",
    "DealShare",
    "Deliverable",
    "Exclusivity",
    "Import",
    "ImportRow",
    "IncomeDay",
    "Invoice",
    "InvoiceLine",
    "InvoicePayment",
    "InvoiceSeries",
    "Milestone",
    "UsageRight",
]
