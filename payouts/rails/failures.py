"""Why a payment did not arrive, in words for the person who waits for it.

Codes are those of ISO 20022's external code sets (ExternalStatusReason1Code, ExternalReturnReason1Code), of
NACHA's returns (R01 …, those that a credit can come back with), Stripe's
(https://docs.stripe.com/error-codes) and a few of our own, written as words. `action` says what can help:

- fix: the account added again with its details corrected
- wait: nothing of the creator's; we try again
- replace: another bank account
- final: nothing, until we have spoken

A payout keeps the account that it was requested for, so trying again helps with `wait` alone.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum


class Action(StrEnum):
    FIX = "fix"
    WAIT = "wait"
    REPLACE = "replace"
    FINAL = "final"


@dataclass(frozen=True)
class Failure:
    code: str
    what_happened: str
    what_to_do: str
    action: Action

    def __str__(self) -> str:
        return f"{self.what_happened} {self.what_to_do}"


_ISO = re.compile("[A-Z]{2}[0-9]{2}|[A-Z]{4}")
_FIX = "Add the account again with its holder's name as the bank knows it, then request the payout again."
_REPLACE = "Add another bank account, then request the payout again."
_WAIT = "You don't have to do anything. We try again and write to you."
_OURS = "This is ours to mend, and you don't have to do anything. We try again and write to you."
_FINAL = "Please contact us before you request it again."
_AGAIN = "You can request the payout again."

_TABLE = {
    Action.FIX: {
        "BE01": ("The bank says that the account holder's name does not fit the account.", _FIX),
        "BE04": ("The bank needs the account holder's address.", _FIX),
        "BE05": ("The bank did not recognise who the payment was made by or for.", _FIX),
        "R17": ("The bank could not process the account's details.", _FIX),
        "RR02": ("The bank needs the account holder's name or address.", _FIX),
        "RR03": ("The bank needs the account holder's name or address.", _FIX),
        "insufficient_capabilities_for_transfer": (
            "Stripe does not let your account take payments at present.",
            "Do what Stripe asks of you in your account there, then request the payout again.",
        ),
    },
    Action.REPLACE: {
        "account_invalid": ("Stripe does not know your account there any more.", _REPLACE),
        "resource_missing": ("Stripe does not know your account there any more.", _REPLACE),
        "AC01": ("The bank says that this account number is not valid.", _REPLACE),
        "AC03": ("The bank says that this account number is not valid.", _REPLACE),
        "AC04": ("The bank account is closed.", _REPLACE),
        "AC06": ("The bank account is blocked.", _REPLACE),
        "AC13": ("The bank account is of a kind that can't receive this payment.", _REPLACE),
        "AC14": ("The bank account is of a kind that can't receive this payment.", _REPLACE),
        "AG01": ("The bank account does not take this kind of payment.", _REPLACE),
        "AG03": ("The bank account does not take this kind of payment.", _REPLACE),
        "MD07": ("The bank says that the account holder has died.", _FINAL),
        "MS02": ("The account holder refused the payment.", _REPLACE),
        "R02": ("The bank account is closed.", _REPLACE),
        "R03": ("The bank has no such account.", _REPLACE),
        "R04": ("The bank says that this account number is not valid.", _REPLACE),
        "R12": ("The account's bank branch now belongs to another bank.", _REPLACE),
        "R13": ("The bank could not be found by the routing number that was given.", _REPLACE),
        "R14": ("The bank says that the account holder has died.", _FINAL),
        "R15": ("The bank says that the account holder has died.", _FINAL),
        "R16": ("The bank account is blocked.", _REPLACE),
        "R20": ("The bank account is of a kind that can't receive this payment.", _REPLACE),
        "R23": ("The account holder refused the payment.", _REPLACE),
        "R28": ("The bank could not be found by the routing number that was given.", _REPLACE),
        "R34": ("The bank account is of a kind that can't receive this payment.", _REPLACE),
        "RC01": ("The bank could not be found by the code that was given.", _REPLACE),
        "RC04": ("The bank could not be found by the code that was given.", _REPLACE),
        "RC07": ("The bank could not be found by the code that was given.", _REPLACE),
    },
    Action.WAIT: {
        "balance_insufficient": ("The balance that we pay from at Stripe was short of money.", _OURS),
        "transfers_not_allowed": ("Stripe did not let us send money.", _OURS),
        "AB05": ("The bank did not answer in time.", _WAIT),
        "AB06": ("The bank did not answer in time.", _WAIT),
        "AC02": ("Our bank did not recognise the account that we pay from.", _OURS),
        "AM02": ("The amount is more than our bank sends at once.", _OURS),
        "AM03": ("Our bank does not pay this currency from our account.", _OURS),
        "AM04": ("The account that we pay from was short of money.", _OURS),
        "AM05": ("Our bank took the payment for a repetition.", _OURS),
        "AM09": ("The amount that arrived was not the amount that was sent.", _OURS),
        "AM10": ("Our payment file did not add up.", _OURS),
        "AM18": ("Our payment file did not add up.", _OURS),
        "CNOR": ("The bank is not reachable by this kind of payment at present.", _WAIT),
        "DNOR": ("Our bank is not reachable by this kind of payment at present.", _OURS),
        "DT01": ("The day on which we asked for the payment was not possible.", _OURS),
        "DUPL": ("Our bank took the payment for a repetition.", _OURS),
        "ED05": ("The settlement between the banks failed.", _WAIT),
        "FF01": ("Our payment file was refused.", _OURS),
        "MS03": ("The bank gives no reason.", _WAIT),
        "NARR": ("The bank gave its reason in words, which we look into.", _WAIT),
        "R01": ("The account that we pay from was short of money.", _OURS),
        "R06": ("Our bank asked for the payment back.", _OURS),
        "R21": ("Our bank did not recognise us as the payer.", _OURS),
        "R22": ("Our payment file did not add up.", _OURS),
        "R24": ("The bank took the payment for a repetition.", _OURS),
        "R32": ("The settlement between the banks failed.", _WAIT),
        "REFUSED": ("Our bank refused the payment file.", _OURS),
        "TM01": ("The payment missed the bank's closing time.", _WAIT),
    },
    Action.FINAL: {
        "AM01": ("There was nothing to pay.", _FINAL),
        "FOCR": ("The payment was called back.", _FINAL),
        "FRAD": ("The payment was stopped as a suspected fraud.", _FINAL),
        "LEGL": ("The payment was stopped by a decision of law.", _FINAL),
        "RR04": ("The payment was stopped for a regulatory reason.", _FINAL),
    },
}
_FAILURES = {
    code: Failure(code, happened, todo, action)
    for action, rows in _TABLE.items()
    for code, (happened, todo) in rows.items()
}


def explain(code: str, *, returned: bool = False) -> Failure:
    """What a code means, for a payment that was refused or for one that came back.

    An unknown code is not guessed at: a person looks into it."""
    unknown = f"The bank gave the code {code}, which we don't know." if code else "The bank gave no reason."
    failure = _FAILURES.get(code) or Failure(code, unknown, "We look into it and write to you.", Action.WAIT)
    if returned and failure.action is Action.WAIT:  # there is nothing left for us to try again
        return replace(failure, what_to_do=_AGAIN)
    return failure


def known() -> list[Failure]:
    return sorted(_FAILURES.values(), key=lambda failure: failure.code)


def of_a_bank() -> list[Failure]:
    """What a bank's receipt can say, each meaning once, by ISO's code and in the order of its words. Stripe's
    codes and NACHA's come by their own ways."""
    meanings: dict[str, Failure] = {}
    for failure in known():
        if _ISO.fullmatch(failure.code):
            meanings.setdefault(failure.what_happened, failure)
    return sorted(meanings.values(), key=lambda failure: failure.what_happened)


def of_the_destination() -> list[str]:
    """Codes that say something of the account that was paid to, rather than of us or the banks between."""
    return [code for code, failure in _FAILURES.items() if failure.action in {Action.FIX, Action.REPLACE}]
