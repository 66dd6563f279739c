"""Accounts that no rail of ours reaches: staff pay to them from the bank's own pages."""

import re

from django_countries import countries

from payouts.destinations.base import Destination, InvalidAccount
from payouts.models.policies import MethodKind

# The longest account numbers in use have 34 characters (IBAN), the shortest about four.
_ACCOUNT = re.compile(r"[0-9A-Z]{4,34}", re.ASCII)
_BANK_CODE = re.compile(r"[0-9A-Z]{0,20}", re.ASCII)


def account_by_hand(*, country: str, bank_name: str, account: str, bank_code: str = "") -> Destination:
    """`bank_code` is what banks there call it: SWIFT, BSB, sort code, branch. Raises InvalidAccount."""
    account, bank_code = (re.sub(r"[\s-]", "", text).upper() for text in (account, bank_code))
    if country not in countries:
        raise InvalidAccount("country", "Choose the country of the account.")
    if not bank_name.strip():
        raise InvalidAccount("bank_name", "Write the name of the bank.")
    if not _ACCOUNT.fullmatch(account):
        raise InvalidAccount("account", "An account number has 4 to 34 letters and digits.")
    if not _BANK_CODE.fullmatch(bank_code):
        raise InvalidAccount("bank_code", "A bank code has up to 20 letters and digits.")
    return Destination(
        kind=MethodKind.MANUAL,
        masked=f"{country} •••• {account[-4:]}",
        country=country,
        identity=f"manual:{country}:{bank_code}:{account}",
        details={"bank_name": bank_name.strip(), "bank_code": bank_code, "account": account},
        bank_name=bank_name.strip(),
    )
