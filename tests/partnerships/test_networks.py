"""Commissions of networks elsewhere, from their files to the creator's income."""

import datetime as dt

import pytest

from ledger.queries import platform_balances
from partnerships.income_streams import IncomeState, Stream
from partnerships.models import IncomeDay, NetworkCommission
from partnerships.network_states import Network
from partnerships.operations import imports as operations
from partnerships.operations import undone_imports
from partnerships.operations.networks import ImpossiblePayday, set_payday
from partnerships.operations.undone_imports import NotToBeUndone, undo
from partnerships.queries.imports import preview
from partnerships.queries.income import SOURCES
from partnerships.tasks import take_in_imports
from tests.factories.partnerships_networks import (
    AMAZON,
    AMAZON_HEAD,
    AWIN,
    CJ,
    IMPACT,
    NOW,
    bring,
    income,
    take,
)
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
HEAD = "id,date,commission,status,currency\n"


def awin(*rows: tuple) -> str:
    """(id, day, amount, state) of each"""
    return HEAD + "".join(f"{id_},{day},{amount},{state},EUR\n" for id_, day, amount, state in rows)


def agree(creator) -> None:
    """Rows one by one, their sums and the kept days are the same."""
    source = SOURCES[Stream.NETWORKS]
    lines = list(source.lines(creator.pk, dt.date(2020, 1, 1), dt.date(2030, 1, 1)))
    parts = list(source.sums(creator.pk, None))
    kept = IncomeDay.objects.filter(creator=creator, stream=Stream.NETWORKS)
    of_lines: dict[tuple, list[int]] = {}
    for line in lines:
        of_lines.setdefault((line.date, line.currency, line.state), []).append(line.amount)
    assert {key: (sum(amounts), len(amounts)) for key, amounts in of_lines.items()} == {
        (part.date, part.currency, part.state): (part.amount, part.rows) for part in parts
    }
    assert {(row.date, row.currency, IncomeState(row.state)): (row.amount, row.rows) for row in kept} == {
        (part.date, part.currency, part.state): (part.amount, part.rows) for part in parts
    }


class TestTakingIn:
    def test_brings_income_on_its_days_and_never_touches_the_books(self):
        creator = CreatorFactory()
        before = platform_balances()
        for report in (AMAZON, AWIN, CJ, IMPACT):
            take(creator, report)
        agree(creator)
        assert income(creator)["2026-03-16", "USD", "pending"] == 2_26
        assert income(creator)["2026-03-17", "USD", "pending"] == -2_00
        assert income(creator)["2026-03-16", "EUR", "paid"] == 8_00
        assert ("2026-03-29", "USD", "pending") not in income(creator)
        assert platform_balances() == before

    @pytest.mark.parametrize("report", [AMAZON, AWIN, CJ, IMPACT], ids=["amazon", "awin", "cj", "impact"])
    def test_of_the_same_file_again_changes_nothing(self, report):
        creator = CreatorFactory()
        take(creator, report)
        held = list(NetworkCommission.objects.order_by("id").values())
        again = bring(creator, report, at=NOW + DAY)
        assert (preview(again).new, preview(again).changed) == (0, 0)
        with pytest.raises(operations.NothingToTakeIn):
            operations.confirm(owner=creator, import_id=again.pk, at=NOW + DAY)
        assert list(NetworkCommission.objects.order_by("id").values()) == held

    def test_follows_a_later_file_from_state_to_state(self):
        creator = CreatorFactory()
        take(creator, awin(("1", "2026-03-02", "5.00", "pending"), ("2", "2026-03-02", "3.00", "pending")))
        assert income(creator) == {("2026-03-02", "EUR", "pending"): 8_00}
        later = awin(("1", "2026-03-03", "5.50", "approved"), ("2", "2026-03-02", "3.00", "declined"))
        found = bring(creator, later, at=NOW + DAY)
        assert list(found.rows.values_list("standing", "change")) == [
            ("changed", "Pending → Approved; €5.00 → €5.50; 2026-03-02 → 2026-03-03"),
            ("changed", "Pending → Declined"),
        ]
        operations.confirm(owner=creator, import_id=found.pk, at=NOW + DAY)
        assert income(creator) == {("2026-03-03", "EUR", "pending"): 5_50}
        agree(creator)

    def test_refuses_to_go_back_to_what_an_older_file_says(self):
        creator = CreatorFactory()
        older = awin(("1", "2026-03-02", "5.00", "pending"), ("2", "2026-03-02", "5.00", "pending"))
        waiting = bring(creator, older)
        take(creator, awin(("1", "2026-03-02", "5.00", "approved")))
        found = bring(creator, older)
        assert "approved here already, and pending in this file" in found.rows.get(line=2).problem
        assert (preview(found).refused, preview(found).new) == (1, 1)
        operations.confirm(owner=creator, import_id=waiting.pk, at=NOW)
        assert waiting.rows.get(line=2).applied_at is None
        assert dict(NetworkCommission.objects.values_list("external_id", "state")) == {
            "1": "approved",
            "2": "pending",
        }

    def test_tells_amazons_equal_rows_apart_in_overlapping_files(self):
        """A day is whole in each file, and a later one may correct its amounts."""
        creator = CreatorFactory()
        take(creator, AMAZON)
        assert NetworkCommission.objects.filter(label="Sketchbook").count() == 2
        rows = AMAZON.splitlines()[4:7]
        wider = "\n".join(
            (AMAZON_HEAD, rows[2], rows[1].replace("1.13", "1.20"), rows[0], rows[0].replace("-15", "-14"))
        )
        seen = preview(bring(creator, wider))
        assert (seen.new, seen.changed, seen.known) == (1, 1, 2)

    def test_leaves_a_long_file_to_the_task(self, monkeypatch):
        for module in (operations, undone_imports):
            monkeypatch.setattr(module, "AT_ONCE", 2)
        creator = CreatorFactory()
        found = take(creator, awin(*((str(n), "2026-03-02", "1.00", "approved") for n in range(5))))
        assert found.state == "confirmed"
        take_in_imports()
        assert NetworkCommission.objects.count() == 5
        assert undo(owner=creator, import_id=found.pk, at=NOW).state == "undoing"
        take_in_imports()
        found.refresh_from_db()
        assert (found.state, NetworkCommission.objects.count(), income(creator)) == ("undone", 0, {})

    def test_keeps_creators_apart(self):
        one, other = CreatorFactory(), CreatorFactory()
        take(one, AWIN)
        take(other, awin(("1591984036", "2026-04-01", "1.00", "pending")))
        agree(one)
        assert income(other) == {("2026-04-01", "EUR", "pending"): 1_00}


class TestUndo:
    def test_takes_a_whole_file_back(self):
        creator = CreatorFactory()
        found = take(creator, CJ)
        for _ in range(2):
            done = undo(owner=creator, import_id=found.pk, at=NOW + DAY)
        assert (done.state, income(creator), NetworkCommission.objects.count()) == ("undone", {}, 0)
        assert take(creator, CJ).rows.filter(standing="new").count() == 4
        agree(creator)

    def test_leaves_what_another_file_tells(self):
        creator = CreatorFactory()
        march = awin(("1", "2026-03-02", "5.00", "pending"), ("2", "2026-03-02", "1.00", "declined"))
        april = awin(("1", "2026-03-04", "6.00", "approved"), ("3", "2026-03-05", "2.00", "approved"))
        first, second = take(creator, march), take(creator, april, at=NOW + DAY)
        undo(owner=creator, import_id=first.pk, at=NOW + 2 * DAY)
        assert income(creator) == {
            ("2026-03-04", "EUR", "pending"): 6_00,
            ("2026-03-05", "EUR", "pending"): 2_00,
        }
        undo(owner=creator, import_id=second.pk, at=NOW + 2 * DAY)
        assert income(creator) == {}

    def test_goes_back_to_what_an_earlier_file_told(self):
        creator = CreatorFactory()
        take(creator, awin(("1", "2026-03-02", "5.00", "pending")))
        second = take(creator, awin(("1", "2026-03-04", "6.00", "approved")), at=NOW + DAY)
        undo(owner=creator, import_id=second.pk, at=NOW + 2 * DAY)
        assert income(creator) == {("2026-03-02", "EUR", "pending"): 5_00}
        agree(creator)

    def test_is_refused_of_what_was_not_taken_in(self):
        creator = CreatorFactory()
        found = bring(creator, AWIN)
        with pytest.raises(NotToBeUndone):
            undo(owner=creator, import_id=found.pk, at=NOW)
        with pytest.raises(operations.UnknownImport):
            undo(owner=CreatorFactory(), import_id=found.pk, at=NOW)


class TestSetPayday:
    def test_moves_what_was_approved_to_paid_and_back(self):
        creator = CreatorFactory()
        take(creator, AMAZON)
        set_payday(creator=creator, network=Network.AMAZON, until=dt.date(2026, 3, 16), at=NOW)
        assert income(creator) == {
            ("2026-03-15", "USD", "paid"): 51_96,
            ("2026-03-16", "USD", "paid"): 2_26,
            ("2026-03-17", "USD", "pending"): -2_00,
        }
        set_payday(creator=creator, network=Network.AMAZON, until=dt.date(2026, 3, 15), at=NOW)
        assert income(creator)["2026-03-16", "USD", "pending"] == 2_26
        set_payday(creator=creator, network=Network.AMAZON, until=None, at=NOW)
        assert {state for *_, state in income(creator)} == {"pending"}
        agree(creator)

    def test_leaves_other_networks_and_what_is_pending(self):
        creator = CreatorFactory()
        take(creator, AMAZON)
        take(creator, awin(("1", "2026-03-02", "5.00", "pending"), ("2", "2026-03-02", "1.00", "approved")))
        set_payday(creator=creator, network=Network.AWIN, until=dt.date(2026, 5, 1), at=NOW)
        assert income(creator)["2026-03-02", "EUR", "pending"] == 5_00
        assert income(creator)["2026-03-02", "EUR", "paid"] == 1_00
        assert income(creator)["2026-03-15", "USD", "pending"] == 51_96

    def test_is_refused_ahead(self):
        creator = CreatorFactory()
        take(creator, AMAZON)
        before = income(creator)
        with pytest.raises(ImpossiblePayday):
            set_payday(creator=creator, network=Network.AMAZON, until=NOW.date() + DAY, at=NOW)
        assert income(creator) == before
