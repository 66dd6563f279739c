from payouts.models.batches import BatchItem, PayoutBatch
from payouts.models.identity import DocumentAccess, IdentityDocument, IdentityVersion, InformationRequest
from payouts.models.methods import PayoutMethod
from payouts.models.policies import PayoutPolicy
from payouts.models.reconciliation import Difference, Reconciliation
from payouts.models.remittances import BankEntry, BankMessage, PaymentFile, Remittance
from payouts.models.requests import PayoutEvent, PayoutRequest
from payouts.models.tax_forms import TaxForm

__all__ = [
    "BankEntry",
    "BankMessage",
    "BatchItem",
    "Difference",
    "DocumentAccess",
    "IdentityDocument",
    "IdentityVersion",
    "InformationRequest",
    "PaymentFile",
    "PayoutBatch",
    "PayoutEvent",
    "PayoutMethod",
    "PayoutPolicy",
    "PayoutRequest",
    "Reconciliation",
    "Remittance",
    "TaxForm",
]
