import datetime as dt

import pytest
from django.utils import timezone, translation

from ledger.chart import VIEWER_COINS
from ledger.queries import NoRate, balance
from tests.factories.people import UserFactory
from tests.factories.purchases import NOW, event_for, package, paid, recorded
from wallets.models import CoinPurchase
from wallets.operations.events import handle_payment_event
from wallets.operations.purchases import record_purchase
from wallets.providers import EventKind
from wallets.velocity import LimitReached

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def viewer(db):
    """One who pays in dollars: 7,000 coins cost 74.00, 17,500 cost 185.00."""
    return UserFactory(country="US", time_zone="UTC")


def refused(viewer, coins: int = 17_500, *, at: dt.datetime = NOW) -> LimitReached:
    before = CoinPurchase.objects.count(), balance(VIEWER_COINS.of(viewer.pk))
    with pytest.raises(LimitReached) as caught:
        recorded(viewer, coins=coins, at=at)
    assert (CoinPurchase.objects.count(), balance(VIEWER_COINS.of(viewer.pk))) == before
    return caught.value


class TestADay:
    def test_takes_what_fits_to_the_cent(self, viewer, settings):
        settings.COIN_LIMIT_DAY_USD = 259
        paid(viewer, coins=17_500)
        paid(viewer, coins=7_000)
        assert refused(viewer, 70).shortage.left == 0

    def test_refuses_what_does_not_fit_and_says_what_is_left_and_when_it_fits(self, viewer):
        paid(viewer, coins=17_500, at=NOW - 20 * HOUR)
        paid(viewer, coins=17_500, at=NOW - HOUR)
        refusal = refused(viewer)
        assert (refusal.code, refusal.shortage.left) == ("limit_reached", 130_00)
        assert refusal.shortage.fits_at == NOW + 4 * HOUR
        assert str(refusal) == (
            "You can buy coins for $500.00 a day. Of that $130.00 is left. This purchase fits again from "
            "March 1, 2026, 4:00 PM (UTC)."
        )
        recorded(viewer, coins=7_000)

    def test_rolls_on(self, viewer):
        for _ in range(2):
            paid(viewer, coins=17_500)
        refused(viewer, at=NOW + DAY - dt.timedelta(seconds=1))
        recorded(viewer, coins=17_500, at=NOW + DAY)

    def test_counts_what_is_undecided_however_old(self, viewer):
        for _ in range(2):
            recorded(viewer, coins=17_500, at=NOW - 30 * DAY)
        refusal = refused(viewer)
        assert refusal.shortage.fits_at is None
        assert "fits again when those that you have not paid are closed" in str(refusal)

    @pytest.mark.parametrize("ending", [EventKind.FAILED, EventKind.EXPIRED])
    def test_counts_nothing_that_came_to_nothing(self, viewer, ending):
        for _ in range(2):
            handle_payment_event(event=event_for(recorded(viewer, coins=17_500), ending), at=NOW)
        recorded(viewer, coins=17_500)

    def test_counts_from_the_payment_on(self, viewer):
        for _ in range(2):
            purchase = recorded(viewer, coins=17_500, at=NOW - 2 * DAY)
            handle_payment_event(event=event_for(purchase), at=NOW - HOUR)
        assert refused(viewer).shortage.fits_at == NOW + 23 * HOUR

    def test_never_fits_what_is_above_it(self, viewer, settings):
        settings.COIN_LIMIT_DAY_USD = 100
        refusal = refused(viewer)
        assert refusal.shortage.is_too_large
        assert "Choose fewer coins" in str(refusal)

    def test_leaves_other_viewers_alone(self, viewer):
        for _ in range(2):
            paid(viewer, coins=17_500)
        recorded(UserFactory(country="US"), coins=17_500)

    def test_returns_what_was_begun_before_for_the_same_key(self, viewer):
        wish = {"viewer": viewer, "package_id": package("US", 17_500).pk, "key": "k", "at": NOW}
        first = record_purchase(**wish)
        paid(viewer, coins=17_500)
        assert record_purchase(**wish) == first


class TestAWeek:
    def test_stands_beside_the_day(self, viewer):
        for days in range(5, 0, -1):
            for _ in range(2):
                paid(viewer, coins=17_500, at=NOW - days * DAY)
        refusal = refused(viewer)
        assert (refusal.shortage.period, refusal.shortage.left) == ("a week", 150_00)
        assert refusal.shortage.fits_at == NOW + 2 * DAY

    def test_tells_of_the_period_that_stands_longest_in_the_way(self, viewer, settings):
        settings.COIN_LIMIT_WEEK_USD = 500
        for _ in range(2):
            paid(viewer, coins=17_500)
        assert refused(viewer).shortage.fits_at == NOW + 7 * DAY


class TestOtherCurrencies:
    def test_are_converted_at_the_rates_of_the_day(self, db):
        """EUR 210 were worth USD 248 on the day: two fit, a third does not. Yen have no smaller part."""
        for country, fitting in (("DE", 2), ("JP", 2)):
            person = UserFactory(country=country)
            for _ in range(fitting):
                paid(person, coins=17_500)
            refused(person, 17_500)

    def test_tell_what_is_left_in_the_buyers_money(self, db):
        person = UserFactory(country="JP")
        paid(person, coins=17_500)
        paid(person, coins=17_500)
        with translation.override("en"), timezone.override(dt.UTC):
            assert "Of that about ¥" in str(refused(person))

    def test_sell_nothing_without_a_rate(self, db, settings):
        settings.FX_OLDEST_DAYS = -100_000
        with pytest.raises(NoRate):
            recorded(UserFactory(country="JP"))
        assert not CoinPurchase.objects.exists()
