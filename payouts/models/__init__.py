from payouts.models.methods import PayoutMethod
from payouts.models.policies import PayoutPolicy
from payouts.models.remittances import BankEntry, BankMessage, Remittance
from payouts.models.requests import PayoutEvent, PayoutRequest

__all__ = [
    "BankEntry",
    "BankMessage",
    "PayoutEvent",
    "PayoutMethod",
    "PayoutPolicy",
    "PayoutRequest",
    "Remittance",
]
