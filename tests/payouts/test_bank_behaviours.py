"""Everything that the bank's program can do, over each of its rails, with a file of two payments:
what becomes of each of them, and that it is the same however often the bank repeats itself."""

import pytest
from mockbank.accounts import BEHAVIOURS

from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_HELD, PAYOUT_CLEARING
from ledger.queries import balances
from payouts import rails
from payouts.models import BankEntry, PaymentFile
from payouts.operations.bank_messages import read_bank
from payouts.operations.remittances import remit_together
from payouts.states import State
from tests.factories.payouts import NOW, PayoutMethodFactory, approved_payout
from tests.factories.people import CreatorFactory
from tests.payouts.bank import ROUTING

pytestmark = pytest.mark.django_db
PAID, FAILED, CANCELLED, RETURNED = State.PAID, State.FAILED, State.CANCELLED, State.RETURNED
WHOLE = 2_000_000
HOLDS = {PAID: (0, 0), FAILED: (0, WHOLE), CANCELLED: (WHOLE, 0), RETURNED: (WHOLE, 0)}
CASES = {
    "accept": (PAID, PAID),
    "closed-account": (PAID, CANCELLED),
    "bad-bank-id": (PAID, CANCELLED),
    "insufficient-funds": (PAID, FAILED),
    "return-later": (PAID, RETURNED),
    "reject-file": (FAILED, FAILED),
    "duplicate-file": (PAID, PAID),
    "silent": (PAID, PAID),
    "statement-gap": (PAID, PAID),
}
# Those that describe the account which is paid to, by its number at the bank.
OF_THE_RECEIVER = {"closed-account": "0000000003", "bad-bank-id": "0000000004"}
IBANS = {"0000000003": "NL84MOCK0000000003", "0000000004": "NL57MOCK0000000004"}


class Sepa:
    account, currency = "ACME", "EUR"

    @staticmethod
    def method(owner, number: str):
        details = {"iban": IBANS[number]} if number else {"iban": "DE89370400440532013000"}
        return PayoutMethodFactory(owner=owner, details=details)


class Ach:
    account, currency = "DOLLARS", "USD"

    @staticmethod
    def method(owner, number: str):
        where = (
            {"routing": ROUTING, "account": number} if number else {"routing": "021000021", "account": "1234"}
        )
        details = where | {"account_type": "checking"}
        return PayoutMethodFactory(owner=owner, kind="us_bank", country="US", details=details)


def test_every_behaviour_is_a_case():
    assert set(CASES) == set(BEHAVIOURS)


@pytest.mark.parametrize("behaviour", CASES)
@pytest.mark.parametrize("over", [Sepa, Ach], ids=["sepa", "ach"])
def test_a_file_of_two_payments(bank, us_paid_by_bank, over, behaviour):
    first, second = (
        approved_payout(creator, method=over.method(creator, number))
        for number in ("", OF_THE_RECEIVER.get(behaviour, ""))
        for creator in [CreatorFactory(country="US" if over is Ach else "DE")]
    )
    if behaviour == "insufficient-funds":
        bank.change(over.account, balance=first.net + second.net - 1)
    if behaviour not in OF_THE_RECEIVER:
        chosen = {"end_to_end_id": second.reference, "days": 1} if behaviour == "return-later" else {}
        bank.behave(behaviour, account=over.account, **chosen)
    remit_together(payout_ids=[first.id, second.id], at=NOW)
    file = PaymentFile.objects.get()
    if behaviour == "duplicate-file":
        rails.get(file.rail).send(file.message)
    for _ in range(5):
        read_bank(at=NOW)
        bank.advance()
    for _ in range(2):
        read_bank(at=NOW)
        for payout, state in zip((first, second), CASES[behaviour], strict=True):
            payout.refresh_from_db()
            assert payout.state == state
            held = [
                kind.of(payout.creator_id) for kind in (CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_HELD)
            ]
            assert tuple(balances(held)[account] for account in held) == HOLDS[state]
    left = [payout.net for payout in (first, second) if payout.state == PAID]
    clearing = PAYOUT_CLEARING.platform(over.currency)
    assert balances([clearing])[clearing] == sum(left)
    assert not BankEntry.objects.filter(outcome__in=["parked", "waiting"]).exists()
    assert bank.files_received() == (2 if behaviour == "duplicate-file" else 1)


class TestOtherThingsThatABankDoes:
    @pytest.fixture
    def payout(self, bank):
        payout = approved_payout()
        remit_together(payout_ids=[payout.id], at=NOW)
        return payout

    def state(self, payout) -> str:
        read_bank(at=NOW)
        payout.refresh_from_db()
        return payout.state

    def test_a_report_of_the_day_so_far_settles_once(self, bank, payout):
        bank.advance()
        bank._call("POST", "/_mock/accounts/ACME/report")
        assert self.state(payout) == PAID
        told = BankEntry.objects.filter(what="debit").values_list("message__kind", "outcome")
        assert set(told) == {("camt.054", "applied"), ("camt.052", "repeated")}

    def test_a_day_that_becomes_a_holiday_moves_its_payments(self, bank, payout):
        bank._call("PUT", "/_mock/holidays", json=["2026-03-03"])
        bank.advance()
        assert self.state(payout) == State.REMITTING
        bank.advance()
        assert self.state(payout) == PAID

    def test_money_that_arrives_from_a_stranger_is_parked(self, bank, payout):
        bank._call("POST", "/_mock/credits", json={"account": "ACME", "amount": payout.net, "note": "INV-1"})
        assert self.state(payout) == State.REMITTING
        assert BankEntry.objects.get(what="credit").outcome == "parked"
