from partnerships.models.accruals import (
    Accrual,
    CloseItem,
    MonthClose,
)
from partnerships.models.affiliate_conversions import (
    AffiliateConversion,
    AffiliatePostback,
    AffiliateReversal,
    AffiliateSignal,
)
from partnerships.models.affiliate_links import (
    AffiliateClick,
    AffiliateCoupon,
    AffiliateLink,
    AffiliateSalt,
)
from partnerships.models.affiliate_programmes import (
    AffiliateMembership,
    AffiliateProgramme,
    AffiliateRate,
    AffiliateRateLine,
)
from partnerships.models.deal_invoices import (
    Invoice,
    InvoiceLine,
    InvoicePayment,
    InvoiceSeries,
)
from partnerships.models.deal_parts import (
    Deliverable,
    Exclusivity,
    Milestone,
    UsageRight,
)
from partnerships.models.deal_shares import (
    DealFile,
    DealShare,
)
from partnerships.models.deals import (
    Brand,
    BrandDeal,
    Contact,
    DealEvent,
)
from partnerships.models.deliveries import RawDelivery
from partnerships.models.enrolments import (
    Appeal,
    Enrolment,
    EnrolmentEvent,
    EnrolmentPeriod,
)
from partnerships.models.goals import IncomeGoal
from partnerships.models.imports import (
    Import,
    ImportRow,
)
from partnerships.models.income import (
    IncomeDay,
)
from partnerships.models.merch import ItemCost, MerchEarning, MerchOrder, OrderLine, OrderRefund, Store
from partnerships.models.metrics import (
    AccrualDue,
    FollowerCount,
    Metric,
    MetricWord,
)
from partnerships.models.networks import NetworkCommission, NetworkPayday
from partnerships.models.programmes import (
    Programme,
    ProgrammeRate,
    ProgrammeTerms,
)

__all__ = [
    "Accrual",
    "AccrualDue",
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
    "Appeal",
    "Brand",
    "BrandDeal",
    "CloseItem",
    "Contact",
    "DealEvent",
    "DealFile",
    "DealShare",
    "Deliverable",
    "Enrolment",
    "EnrolmentEvent",
    "EnrolmentPeriod",
    "Exclusivity",
    "FollowerCount",
    "Import",
    "ImportRow",
    "IncomeDay",
    "IncomeGoal",
    "Invoice",
    "InvoiceLine",
    "InvoicePayment",
    "InvoiceSeries",
    "ItemCost",
    "MerchEarning",
    "MerchOrder",
    "Metric",
    "MetricWord",
    "Milestone",
    "MonthClose",
    "NetworkCommission",
    "NetworkPayday",
    "OrderLine",
    "OrderRefund",
    "Programme",
    "ProgrammeRate",
    "ProgrammeTerms",
    "RawDelivery",
    "Store",
    "UsageRight",
]
