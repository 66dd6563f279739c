from partnerships.models.deal_invoices import Invoice, InvoiceLine, InvoicePayment, InvoiceSeries
from partnerships.models.deal_parts import Deliverable, Exclusivity, Milestone, UsageRight
from partnerships.models.deal_shares import DealFile, DealShare
from partnerships.models.deals import Brand, BrandDeal, Contact, DealEvent
from partnerships.models.imports import Import, ImportRow
from partnerships.models.income import IncomeDay

__all__ = [
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
