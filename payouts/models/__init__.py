from payouts.models.methods import PayoutMethod
from payouts.models.policies import PayoutPolicy
from payouts.models.requests import PayoutEvent, PayoutRequest

__all__ = ["PayoutEvent", "PayoutMethod", "PayoutPolicy", "PayoutRequest"]
