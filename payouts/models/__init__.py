from payouts.models.batches import BatchItem, PayoutBatch
from payouts.models.clawbacks import Clawback, ClawbackRepayment
from payouts.models.identity import DocumentAccess, IdentityDocument, IdentityVersion, InformationRequest
from payouts.models.invoices import InvoiceSeries, SelfBillingInvoice
from payouts.models.methods import PayoutMethod
from payouts.models.policies import PayoutPolicy
from payouts.models.reconciliation import Difference, Reconciliation
from payouts.models.remittances import BankEntry, BankMessage, PaymentFile, Remittance
from payouts.models.requests import PayoutEvent, PayoutRequest
from payouts.models.statements import Statement
from payouts.models.tax_forms import TaxForm

__all__ = [
    "BankEntry",
    "BankMessage",
    "BatchItem",
    "Clawback",
    "ClawbackRepayment",
    "Difference",
    "DocumentAccess",
    "IdentityDocument",
    "IdentityVersion",
    "InformationRequest",
    "InvoiceSeries",
    "PaymentFile",
    "PayoutBatch",
    "PayoutEvent",
    "PayoutMethod",
    "PayoutPolicy",
    "PayoutRequest",
    "Reconciliation",
    "Remittance",
    "SelfBillingInvoice",
    "Statement",
    "TaxForm",
]
