"""Accounts at banks of the United States, which ACH pays: a routing number and an account number."""

import re

from stdnum.us import rtn

from payouts.destinations.base import Destination, InvalidAccount
from payouts.models.policies import MethodKind

ACCOUNT_TYPES = {"checking": "Checking", "savings": "Savings"}
# NACHA's entry detail record has 17 characters for the receiver's account number.
_ACCOUNT = re.compile(r"[0-9]{4,17}", re.ASCII)
# https://www.aba.com/about-us/routing-number/routing-number-policy: the Federal Reserve's twelve districts,
# the thrifts' numbers (+ 20) and those for electronic payments (+ 60). 00 is the government's, 80 traveller's
# cheques.
_DISTRICTS = frozenset(range(1, 13)) | frozenset(range(21, 33)) | frozenset(range(61, 73))


def us_bank_account(routing: str, account: str, account_type: str = "checking") -> Destination:
    """Spaces and hyphens don't matter. Raises InvalidAccount."""
    routing, account = (re.sub(r"[\s-]", "", text) for text in (routing, account))
    if not (routing.isascii() and rtn.is_valid(routing) and int(routing[:2]) in _DISTRICTS):
        raise InvalidAccount(
            "routing",
            "This is not a valid routing number. It has nine digits; your bank's app or a cheque shows it.",
        )
    if not _ACCOUNT.fullmatch(account) or not account.strip("0"):
        raise InvalidAccount("account", "An account number has 4 to 17 digits.")
    if account_type not in ACCOUNT_TYPES:
        raise InvalidAccount("account_type", "Choose checking or savings.")
    return Destination(
        kind=MethodKind.US_BANK,
        masked=f"•••• {account[-4:]}",
        country="US",
        identity=f"us_bank:{routing}:{account}",
        details={"routing": routing, "account": account, "account_type": account_type},
        bank_name=f"US {account_type} account",
    )
