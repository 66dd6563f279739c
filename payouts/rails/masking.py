"""Account numbers in what banks write: told by their last four characters alone."""

import re

_ACCOUNT = re.compile(
    r"\b(?!\d{4}-\d\d-\d\d\b)"  # a day is no account
    r"(?:[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){7,30}|\d(?:[ -]?\d){6,29})\b"
)
"""An IBAN, or an account number, in one piece or as it is printed."""


def hide_accounts(text: str) -> str:
    """ "DE89 3704 0044 0532 0130 00 CLOSED" → "•••• 3000 CLOSED"."""
    return _ACCOUNT.sub(_hidden, text)


def _hidden(found: re.Match) -> str:
    account, words = re.fullmatch(r"(.*\d[A-Z0-9]*)(.*)", found[0]).groups()  # words in capitals after it
    return f"•••• {re.sub('[ -]', '', account)[-4:]}{words}"
