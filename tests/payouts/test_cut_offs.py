import datetime as dt

import pytest

from payouts import rails
from payouts.batch_states import ItemState
from payouts.cut_offs import is_cut_off_day, next_cut_off
from payouts.models import PayoutPolicy
from payouts.operations.batches import discard, prepare_due
from payouts.operations.settlement import settle, start_remitting
from payouts.timeline import timeline
from tests.factories.payouts import NOW, PayoutMethodFactory, approved_payout
from tests.factories.people import CreatorFactory

GOOD_FRIDAY = dt.date(2026, 4, 3)
JUNETEENTH = dt.date(2026, 6, 19)
EASTER_MONDAY = dt.datetime(2026, 4, 6, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _cut_offs(settings):
    settings.PAYOUT_CUT_OFF_HOURS = "8,12"
    settings.PAYOUT_CUT_OFFS_ON_ANY_DAY = False
    settings.PAYOUT_RAILS = {
        "sepa": "payouts.rails.sepa.rail.SepaRail",
        "ach": "payouts.rails.ach.rail.AchRail",
        "stripe": "payouts.rails.stripe.rail.StripeRail",
    }


class TestIsCutOffDay:
    @pytest.mark.parametrize(
        ("rail", "currency", "day", "is_one"),
        [
            ("sepa", "EUR", GOOD_FRIDAY, False),
            ("ach", "USD", GOOD_FRIDAY, True),
            ("ach", "USD", JUNETEENTH, False),
            ("sepa", "EUR", JUNETEENTH, True),
            ("stripe", "USD", JUNETEENTH, True),
            ("stripe", "USD", dt.date(2026, 6, 20), False),
        ],
        ids=["target", "no-us-holiday", "fed", "no-target-holiday", "no-bank", "weekend"],
    )
    def test_follows_the_banks_between(self, rail, currency, day, is_one):
        assert is_cut_off_day(day, rail=rail, currency=currency) is is_one

    def test_is_any_day_of_the_demo(self, settings):
        settings.PAYOUT_CUT_OFFS_ON_ANY_DAY = True
        assert is_cut_off_day(GOOD_FRIDAY, rail="sepa", currency="EUR")


class TestNextCutOff:
    def test_is_the_next_hour_of_a_day_on_which_the_banks_work(self):
        before_easter = dt.datetime(2026, 4, 2, 12, tzinfo=dt.UTC)
        early = before_easter - dt.timedelta(seconds=1)
        assert next_cut_off(early, rail="sepa", currency="EUR") == before_easter
        assert next_cut_off(before_easter, rail="sepa", currency="EUR") == dt.datetime(
            2026, 4, 7, 8, tzinfo=dt.UTC
        )


@pytest.mark.django_db
class TestPrepareDue:
    def test_waits_for_a_day_on_which_the_bank_works(self, bank):
        approved_payout(at=EASTER_MONDAY)
        assert prepare_due(at=EASTER_MONDAY) == []
        (batch,) = prepare_due(at=EASTER_MONDAY + dt.timedelta(days=1))
        assert batch.items.get().state == ItemState.PLANNED


@pytest.mark.django_db
class TestTimeline:
    def test_names_the_next_cut_off(self, bank, settings):
        payout = approved_payout(at=NOW)
        assert (NOW.day, timeline(payout, NOW)[-1]["text"]) == (
            2,
            "It leaves with the next payments. Payments are put together next on March 3, 2026, 8:00 AM.",
        )
        (batch,) = prepare_due(at=NOW)
        assert timeline(payout, NOW)[-1]["text"].endswith("that our staff release now.")
        settings.PAYOUT_RAILS = {}
        discard(batch_id=batch.id, version=batch.version, actor=None, at=NOW)
        assert timeline(payout, NOW)[-1]["text"].endswith("We look for a way to send it.")

    def test_speaks_of_stripe_where_no_bank_of_ours_is_between(self, stripe_site):
        PayoutPolicy.objects.filter(region="EU").update(methods=["iban", "stripe"])
        creator = CreatorFactory()
        method = PayoutMethodFactory(owner=creator, kind="stripe", details={"account": "acct_1"})
        payout = start_remitting(payout_id=approved_payout(creator, method=method).id, at=NOW)
        payout = settle(payout_id=payout.id, at=NOW, evidence={})
        words = [event["text"] for event in timeline(payout, NOW)]
        assert words[-2:] == ["Stripe has it, or is about to.", "Stripe has put it into your account there."]
        assert not any("bank" in text for text in words)
        assert "stripe" in rails.names()
