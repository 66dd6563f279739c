import datetime as dt

import pytest

from ledger.queries import platform_balances
from ledger.units import DIAMOND
from payouts import tasks
from payouts.models import PayDay, PayoutMethod, PayoutPolicy
from payouts.operations import pay_days
from payouts.operations.pay_days import keep_pay_day
from payouts.operations.preferences import choose
from payouts.queries import balances_of, diamonds_of
from payouts.queries.pay_days import due
from portal.models import Notice
from tests.factories.payouts import PayoutMethodFactory, fix_rates, give_cash, give_diamonds
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
PAY_DAY = dt.datetime(2026, 3, 16, 1, tzinfo=dt.UTC)
"""Monthly; the 15th is a Sunday. February closed with what came by the 28th."""
FEBRUARY = dt.datetime(2026, 2, 20, tzinfo=dt.UTC)
WHOLE = 2_000_000


@pytest.fixture
def creator():
    fix_rates()
    creator = CreatorFactory()
    PayoutMethodFactory(owner=creator)
    give_diamonds(creator, WHOLE, at=FEBRUARY)
    return creator


def keep(at=PAY_DAY) -> PayDay | None:
    (found,) = due(at)
    return keep_pay_day(due=found, at=at)


class TestKeepPayDay:
    def test_asks_for_what_there_was_at_the_close(self, creator):
        give_diamonds(creator, 500_000, at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
        kept = keep()
        assert (kept.pay_date, kept.schedule, kept.gates) == (dt.date(2026, 3, 16), "monthly", [])
        assert (kept.payout.asked, kept.payout.state) == ({DIAMOND: WHOLE}, "in_review")
        assert diamonds_of(creator.pk).available == 500_000

    def test_asks_once(self, creator):
        (found,) = due(PAY_DAY)
        assert keep_pay_day(due=found, at=PAY_DAY) == keep_pay_day(due=found, at=PAY_DAY)
        assert due(PAY_DAY) == []
        assert creator.payouts.count() == 1

    def test_asks_for_cash_too(self, creator):
        give_cash(creator, "USD", 5_000, at=FEBRUARY)
        assert keep().payout.asked == {DIAMOND: WHOLE, "USD": 5_000}
        assert balances_of(creator.pk)["USD"].held == 5_000

    def test_stays_within_the_day_s_limit_and_says_what_is_left(self, creator):
        give_diamonds(creator, 30_000_000, at=FEBRUARY)
        kept = keep()
        assert kept.payout.asked == {DIAMOND: 20_000_000}
        (gate,) = kept.gates
        assert (gate["code"], gate["reason"]) == (
            "daily_cap",
            "120,000.00 diamonds are above the limit of one day.",
        )

    def test_leaves_one_dated_note_where_a_gate_is_closed(self, creator):
        PayoutMethod.objects.update(usable_from=PAY_DAY + dt.timedelta(days=2))
        before = platform_balances()
        (found,) = due(PAY_DAY)
        kept, again = (keep_pay_day(due=found, at=PAY_DAY) for _ in range(2))
        assert again == kept
        assert (kept.payout, [gate["code"] for gate in kept.gates]) == (None, ["method_lock"])
        assert kept.gates[0]["clears_on"] == "2026-03-18"
        assert platform_balances() == before
        (notice,) = Notice.objects.filter(person=creator, kind="pay_day_skipped")
        assert notice.facts["reason"] == kept.gates[0]["reason"]

    def test_names_the_minimum_alone_when_it_alone_is_missed(self, creator):
        choose(owner=creator, schedule="monthly", minimum=20_000, at=FEBRUARY)
        kept = keep()
        assert [gate["code"] for gate in kept.gates] == ["minimum"]
        assert kept.gates[0]["clears_on"] is None
        assert kept.gates[0]["reason"] == "Your own minimum is €200.00; this is worth €90.45."

    def test_passes_over_who_had_nothing_at_the_close(self, creator):
        other = CreatorFactory()
        give_diamonds(other, WHOLE, at=PAY_DAY)
        found = {each.creator_id: each for each in due(PAY_DAY)}
        assert keep_pay_day(due=found[other.pk], at=PAY_DAY) is None
        assert not PayDay.objects.filter(creator=other).exists()

    def test_is_the_only_way_where_nobody_may_ask(self, creator):
        PayoutPolicy.objects.filter(region="EU").update(schedules=["monthly"])
        assert keep(PAY_DAY + dt.timedelta(days=1)).payout is not None


class TestDue:
    @pytest.mark.parametrize(("days", "number"), [(-1, 0), (0, 1), (2, 1), (3, 0)])
    def test_is_the_pay_day_and_two_days_to_catch_up(self, creator, days, number):
        assert len(due(PAY_DAY + dt.timedelta(days=days))) == number

    def test_is_nobody_who_asks_by_themselves(self, creator):
        choose(owner=creator, schedule="on_demand", minimum=None, at=FEBRUARY)
        assert due(PAY_DAY) == []

    def test_follows_the_creator_s_own_schedule(self, creator):
        choose(owner=creator, schedule="weekly", minimum=None, at=FEBRUARY)
        (found,) = due(PAY_DAY + dt.timedelta(days=2))
        assert (found.schedule, found.cycle.pay_date) == ("weekly", dt.date(2026, 3, 18))

    def test_waits_for_the_next_one_after_a_change(self, creator):
        choose(owner=creator, schedule="quarterly", minimum=None, at=FEBRUARY)
        choose(owner=creator, schedule="monthly", minimum=None, at=PAY_DAY + dt.timedelta(days=1))
        assert due(PAY_DAY + dt.timedelta(days=1)) == []

    def test_costs_as_much_for_many(self, creator, django_assert_num_queries):
        with django_assert_num_queries(6):
            due(PAY_DAY)
        give_diamonds(CreatorFactory(), WHOLE, at=FEBRUARY)
        with django_assert_num_queries(6):
            assert len(due(PAY_DAY)) == 2


class TestKeepPayDays:
    def test_goes_on_after_a_creator_that_fails(self, creator, monkeypatch, caplog):
        other = CreatorFactory()
        PayoutMethodFactory(owner=other)
        give_diamonds(other, WHOLE, at=FEBRUARY)
        real = pay_days.keep_pay_day

        def fail_first(*, due, at):
            if due.creator_id == min(creator.pk, other.pk):
                raise RuntimeError("broken")
            return real(due=due, at=at)

        monkeypatch.setattr(pay_days, "keep_pay_day", fail_first)
        monkeypatch.setattr(tasks.timezone, "now", lambda: PAY_DAY)
        tasks.keep_pay_days()
        assert PayDay.objects.count() == 1
        assert "could not be kept" in caplog.text
