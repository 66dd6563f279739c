"""What a statement calls the movements of creators' accounts. `settings.MOVEMENT_WORDS` names every such
table."""

from collections import ChainMap
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

WORDS = {
    "payout_hold": "Set aside for a payout",
    "payout_release": "Given back by a payout",
    "payout_settlement": "Paid out",
    "payout_return": "Payout came back",
    "payout_charge": "Part of a payout that did not leave",
    "clawback": "Claimed back",
    "clawback_repayment": "Debt repaid",
    "clawback_withdrawal": "Claim withdrawn",
    "closure.earnings": "Given up when the account was closed",
}


def words_for(kind: str) -> str:
    return _every().get(kind) or kind.replace("_", " ").replace(".", " ").capitalize()


@cache
def _every() -> ChainMap[str, str]:
    return ChainMap(*(import_string(path) for path in settings.MOVEMENT_WORDS))
