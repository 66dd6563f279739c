from payouts.models.batches import BatchItem, PayoutBatch
from payouts.models.by_hand import HandPayment, HandRecord, Recall
from payouts.models.clawbacks import Clawback, ClawbackRepayment
from payouts.models.identity import DocumentAccess, IdentityDocument, IdentityVersion, InformationRequest
from payouts.models.invoices import InvoiceSeries, SelfBillingInvoice
from payouts.models.lines import PayoutLine
from payouts.models.methods import PayoutMethod
from payouts.models.notes import InternalNote, SharedMessage
from payouts.models.pauses import DestinationPause
from payouts.models.pay_days import PayDay
from payouts.models.policies import PayoutPolicy
from payouts.models.preferences import PayoutPreference
from payouts.models.reconciliation import Difference, Reconciliation
from payouts.models.remittances import BankEntry, BankMessage, PaymentFile, Remittance
from payouts.models.requests import PayoutEvent, PayoutRequest
from payouts.models.risk import RiskSignal
from payouts.models.statements import Statement
from payouts.models.stops import PayoutStop
from payouts.models.stripe_accounts import StripeAccount
from payouts.models.tax_forms import TaxForm

__all__ = [
    "BankEntry",
    "BankMessage",
    "BatchItem",
    "Clawback",
    "ClawbackRepayment",
    "DestinationPause",
    "Difference",
    "DocumentAccess",
    "HandPayment",
    "HandRecord",
    "IdentityDocument",
    "IdentityVersion",
    "InformationRequest",
    "InternalNote",
    "InvoiceSeries",
    "PayDay",
    "PaymentFile",
    "PayoutBatch",
    "PayoutEvent",
    "PayoutLine",
    "PayoutMethod",
    "PayoutPolicy",
    "PayoutPreference",
    "PayoutRequest",
    "PayoutStop",
    "Recall",
    "Reconciliation",
    "Remittance",
    "RiskSignal",
    "SelfBillingInvoice",
    "SharedMessage",
    "Statement",
    "StripeAccount",
    "TaxForm",
]
