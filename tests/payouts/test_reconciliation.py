import datetime as dt

import pytest

from payouts.models import BankEntry, Difference, Reconciliation
from payouts.operations import reconciliation
from payouts.operations.bank_messages import handle, keep, look_again, read_bank
from payouts.operations.reconciliation import explain, reconcile
from payouts.operations.remittances import remit_together
from payouts.queries import overdue_bank_entries
from payouts.queries.reconciliation import AGAIN_AFTER, open_differences, reported_balances
from payouts.rails.sepa.statements import statements
from portal.models import Notice
from tests.factories.payouts import NOW, approved_payout, reviewer, treasurer
from tests.payouts.bank import OURS, amended

pytestmark = pytest.mark.django_db
NET = 8965
OPENING = 12_500_000
SOURCE = f"bank:{OURS}"
LATER = NOW + AGAIN_AFTER


@pytest.fixture(autouse=True)
def _only_the_bank(settings):
    settings.RECONCILED_FILES = []


def doubled(statement: str) -> str:
    """Its only entry twice, under two bookings, with balances that follow."""
    start, end = statement.index("<Ntry>"), statement.index("</Ntry>") + len("</Ntry>")
    entry = statement[start:end]
    again = amended(entry, AcctSvcrRef="SECOND")
    closing = f"{(OPENING - NET) // 100}.{(OPENING - NET) % 100:02}"
    after = f"{(OPENING - 2 * NET) // 100}.{(OPENING - 2 * NET) % 100:02}"
    return (statement[:end] + again + statement[end:]).replace(closing, after)


def pay(bank, number: int = 2) -> None:
    """So many payouts, paid, with the statement of their day on the next."""
    remit_together(payout_ids=[approved_payout().id for _ in range(number)], at=NOW)
    bank.advance(2)


def compared(*, at=NOW) -> dict[dt.date, Reconciliation]:
    read_bank(at=at)
    return {row.day: row for row in reconcile(at=at)}


class TestStatements:
    def test_tells_day_number_and_balances(self, bank):
        pay(bank)
        (first, second) = [
            statements(raw)[0] for raw in bank.messages("camt.053.001.08") if f"<IBAN>{OURS}" in raw
        ]
        assert (first.day, first.opening, first.moved, first.closing) == (
            dt.date(2026, 3, 2), OPENING, 0, OPENING,
        )  # fmt: skip
        assert (second.number, second.account, second.currency) == (first.number + 1, OURS, "EUR")
        assert (second.moved, second.closing) == (-2 * NET, OPENING - 2 * NET)


class TestReconcile:
    def test_agrees_with_a_bank_that_tells_all(self, bank):
        pay(bank)
        row = compared()[dt.date(2026, 3, 3)]
        assert (row.outcome, row.ours, row.theirs) == ("agrees", 2, 2)
        assert not Difference.objects.exists()
        assert reported_balances()[0].balances == {"EUR": OPENING - 2 * NET}

    def test_compares_a_statement_once(self, bank):
        pay(bank)
        compared()
        assert reconcile(at=LATER) == []

    def test_finds_the_hole_in_a_statement(self, bank):
        bank.behave("statement-gap")
        pay(bank)
        row = compared()[dt.date(2026, 3, 3)]
        assert row.outcome == "differs"
        missing, sum_ = Difference.objects.order_by("-kind")
        assert (missing.kind, missing.what, missing.ours, missing.theirs) == (
            "missing_there", "debit", -NET, None,
        )  # fmt: skip
        assert BankEntry.objects.filter(end_to_end_id=missing.reference, outcome="applied").exists()
        assert (sum_.kind, sum_.theirs - sum_.ours) == ("balance", -NET)
        assert "€89.65" in sum_.detail

    def test_counts_a_payment_that_the_bank_booked_twice(self, bank):
        """The statement adds up, each of its lines is known, and the money is gone all the same."""
        person = reviewer()
        pay(bank, 1)
        (told,) = [raw for raw in bank.messages("camt.053.001.08") if "<Ntry>" in raw and OURS in raw]
        twice = doubled(told)
        assert (statements(twice)[0].moved, statements(twice)[0].closing) == (-2 * NET, OPENING - 2 * NET)
        keep(channel="bank", raws=[*bank.messages("camt.054"), twice], at=NOW)
        handle(at=NOW)
        second = BankEntry.objects.get(outcome="parked")
        assert "a second time" in second.problem
        assert Notice.objects.get(person=person).kind == "payment_booked_twice"
        (row,) = reconcile(at=NOW)
        assert (row.outcome, row.ours, row.theirs) == ("differs", 1, 2)
        found = Difference.objects.get()
        assert (found.kind, found.theirs) == ("missing_here", -NET)
        # What was known before doubles were looked for is counted as well.
        BankEntry.objects.filter(pk=second.pk).update(outcome="repeated", problem="")
        (row,) = reconcile(at=LATER)
        assert (row.outcome, open_differences().get().theirs) == ("differs", -NET)
        assert "more than once" in open_differences().get().detail

    def test_sees_a_second_booking_of_another_day(self, bank):
        pay(bank, 1)
        (booked,) = bank.messages("camt.054")
        other = amended(booked, MsgId="OTHER", AcctSvcrRef="OTHER")
        keep(channel="bank", raws=[booked, booked.replace("<MsgId>", "<MsgId>AGAIN"), other], at=NOW)
        handle(at=NOW)
        assert list(BankEntry.objects.order_by("id").values_list("outcome", flat=True)) == [
            "applied", "repeated", "parked",
        ]  # fmt: skip

    def test_tells_lines_without_references_apart(self, bank):
        pay(bank, 2)
        (told,) = [raw for raw in bank.messages("camt.053.001.08") if "<Ntry>" in raw and OURS in raw]
        bare = amended(told, EndToEndId="NOTPROVIDED", AcctSvcrRef="")
        keep(channel="bank", raws=[bare], at=NOW)
        handle(at=NOW)
        reconcile(at=NOW)
        assert list(Difference.objects.values_list("kind", "theirs")) == [("missing_here", -NET)] * 2
        reconcile(at=LATER)
        assert open_differences().count() == 2

    def test_compares_a_statement_whose_line_waits_for_more_than_a_day(self, bank):
        pay(bank, 1)
        read_bank(at=NOW)
        BankEntry.objects.filter(message__kind="camt.053", outcome="repeated").update(outcome="waiting")
        assert dt.date(2026, 3, 3) not in {row.day for row in reconcile(at=NOW)}
        assert list(overdue_bank_entries()) == list(BankEntry.objects.filter(outcome="waiting"))
        reconcile(at=NOW + dt.timedelta(days=1))
        assert Difference.objects.get().detail == "It still waits."

    def test_closes_what_a_later_comparison_no_longer_finds(self, bank, settings):
        pay(bank)
        settings.BANK_ACCOUNT_IBAN = "NL14MOCK0000000002"
        read_bank(at=NOW)
        settings.BANK_ACCOUNT_IBAN = OURS
        reconcile(at=NOW)
        assert set(open_differences().values_list("kind", flat=True)) == {"missing_here"}
        for entry in BankEntry.objects.filter(outcome="parked"):
            look_again(entry_id=entry.id, at=NOW)
        assert reconcile(at=NOW + dt.timedelta(hours=1)) == []  # it was compared lately
        assert [row.outcome for row in reconcile(at=LATER)] == ["agrees"]
        assert not open_differences().exists()

    def test_finds_that_a_statement_never_came(self, bank):
        bank.advance(3)
        ours = [raw for raw in bank.messages("camt.053.001.08") if f"<IBAN>{OURS}" in raw]
        keep(channel="bank", raws=[ours[0], ours[2]], at=NOW)
        handle(at=NOW)
        reconcile(at=NOW)
        gap = Difference.objects.get()
        assert (gap.kind, gap.day) == ("gap", dt.date(2026, 3, 4))
        assert "1 statement between 2026-03-02 and this one never came." in gap.detail
        keep(channel="bank", raws=[ours[1]], at=LATER)
        handle(at=LATER)
        reconcile(at=LATER)
        reconcile(at=LATER + AGAIN_AFTER)
        assert not open_differences().exists()

    def test_finds_that_a_statement_begins_elsewhere(self, bank):
        bank.advance(2)
        first, second = [raw for raw in bank.messages("camt.053.001.08") if f"<IBAN>{OURS}" in raw]
        keep(channel="bank", raws=[first, second.replace("125000.00", "125001.00")], at=NOW)
        handle(at=NOW)
        reconcile(at=NOW)
        gap = Difference.objects.get()
        assert (gap.kind, gap.ours, gap.theirs) == ("gap", OPENING, OPENING + 100)

    def test_passes_over_the_statements_of_others(self, bank):
        bank.advance()
        rows = compared()
        assert [row.source for row in rows.values()] == [SOURCE]

    def test_goes_on_past_a_statement_that_makes_no_sense(self, bank):
        bank.advance()
        (ours,) = [raw for raw in bank.messages("camt.053.001.08") if f"<IBAN>{OURS}" in raw]
        keep(channel="bank", raws=[amended(ours, Dt="nonsense", ToDtTm="nonsense"), ours], at=NOW)
        handle(at=NOW)
        assert len(reconcile(at=NOW)) == 1


class TestOtherFiles:
    @pytest.fixture
    def asked(self, settings, monkeypatch):
        """A source that answers what the test puts into `answers`."""
        settings.RECONCILED_FILES = ["tests.payouts.test_reconciliation.ask"]
        monkeypatch.setattr("tests.payouts.test_reconciliation.answers", {})
        monkeypatch.setattr("tests.payouts.test_reconciliation.days", [])
        return days_asked

    def test_are_asked_for_each_day_once(self, asked):
        reconcile(at=NOW)
        reconcile(at=NOW)
        assert asked() == [dt.date(2026, 3, 1)]
        reconcile(at=NOW + dt.timedelta(days=2))
        assert asked() == [dt.date(2026, 3, day) for day in (1, 2, 3)]

    def test_are_asked_again_where_they_could_not_be_read(self, asked):
        answers["problem"] = "It did not answer."
        (row,) = reconcile(at=NOW)
        assert (row.outcome, row.problem) == ("unavailable", "It did not answer.")
        answers.clear()
        assert [row.outcome for row in reconcile(at=NOW)] == ["agrees"]

    def test_go_on_past_one_that_fails(self, asked, settings):
        settings.RECONCILED_FILES = ["tests.payouts.test_reconciliation.fail", *settings.RECONCILED_FILES]
        assert [row.outcome for row in reconcile(at=NOW)] == ["agrees"]

    def test_open_again_where_other_amounts_are_told_than_were_explained(self, asked):
        facts = {"kind": "missing_here", "what": "charge", "reference": "co_1", "currency": "EUR"}
        answers["differences"] = [facts | {"theirs": 840}]
        reconcile(at=NOW)
        found = Difference.objects.get()
        person = treasurer()
        explain(difference_id=found.id, actor=person, note="A test of theirs.", at=NOW)
        answers["differences"] = [facts | {"theirs": 840_000}]
        reconciliation.record(source="provider:x", day=found.day, at=LATER, **answers)
        found = open_differences().get()
        assert (found.theirs, found.note, found.explained_by) == (840_000, "", None)
        assert f"Explained before, at none / €8.40, by {person}: A test of theirs." in found.detail

    def test_keep_an_explanation_when_they_are_compared_again(self, asked):
        answers["differences"] = [
            {"kind": "missing_here", "what": "charge", "reference": "co_1", "currency": "EUR", "theirs": 840}
        ]
        reconcile(at=NOW)
        found = Difference.objects.get()
        explain(difference_id=found.id, actor=treasurer(), note="A test of theirs.", at=NOW)
        reconciliation.record(source="provider:x", day=found.day, at=LATER, **answers)
        found.refresh_from_db()
        assert (found.note, found.gone_at) == ("A test of theirs.", None)
        assert not open_differences().exists()


answers: dict = {}
days: list = []


def ask(day):
    days.append(day)
    return [{"source": "provider:x"} | answers]


def fail(day):
    raise LookupError(day)


def days_asked():
    return sorted(set(days))
