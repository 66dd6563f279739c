import datetime as dt

import pytest

from tests.factories.gifts import NOW, gift_from
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import recorded
from wallets.models import CoinPurchase, ViewerSettings
from wallets.operations import limits as operations
from wallets.operations.limits import cancel_change, cool_off, set_caps, show_name
from wallets.operations.purchases import CoolingOff
from wallets.queries.limits import Caps, Given, caps_of, cooling_off, given, settings_of

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def viewer():
    return UserFactory(time_zone="Europe/Berlin")


def caps(viewer, at=NOW) -> Caps:
    return caps_of(settings_of(viewer), at)


class TestSetCaps:
    def test_begins_at_once(self, viewer):
        set_caps(viewer=viewer, daily=100, monthly=None, at=NOW)
        assert caps(viewer) == Caps(daily=100)

    def test_tightens_at_once(self, viewer):
        set_caps(viewer=viewer, daily=100, monthly=1000, at=NOW)
        set_caps(viewer=viewer, daily=99, monthly=1000, at=NOW + HOUR)
        assert caps(viewer) == Caps(daily=99, monthly=1000)

    @pytest.mark.parametrize("looser", [101, None])
    def test_loosens_after_a_day(self, viewer, looser):
        set_caps(viewer=viewer, daily=100, monthly=1000, at=NOW)
        set_caps(viewer=viewer, daily=looser, monthly=1000, at=NOW)
        waiting = Caps(daily=100, next_daily=looser, daily_from=NOW + DAY, monthly=1000)
        assert caps(viewer) == caps(viewer, NOW + DAY - HOUR) == waiting
        assert waiting.waiting
        assert caps(viewer, NOW + DAY) == Caps(daily=looser, monthly=1000)

    def test_lets_the_wait_go_on_when_the_same_is_asked_for_again(self, viewer):
        set_caps(viewer=viewer, daily=100, monthly=None, at=NOW)
        set_caps(viewer=viewer, daily=200, monthly=None, at=NOW)
        set_caps(viewer=viewer, daily=200, monthly=50, at=NOW + HOUR)
        assert caps(viewer).daily_from == NOW + DAY
        set_caps(viewer=viewer, daily=300, monthly=50, at=NOW + HOUR)
        assert caps(viewer).daily_from == NOW + HOUR + DAY

    def test_takes_a_waiting_change_back_when_it_tightens(self, viewer):
        set_caps(viewer=viewer, daily=100, monthly=None, at=NOW)
        set_caps(viewer=viewer, daily=None, monthly=None, at=NOW)
        set_caps(viewer=viewer, daily=100, monthly=None, at=NOW)
        assert caps(viewer, NOW + 2 * DAY) == Caps(daily=100)

    def test_builds_on_what_has_begun_since(self, viewer):
        set_caps(viewer=viewer, daily=100, monthly=None, at=NOW)
        set_caps(viewer=viewer, daily=300, monthly=None, at=NOW)
        set_caps(viewer=viewer, daily=200, monthly=None, at=NOW + DAY)
        assert caps(viewer, NOW + DAY) == Caps(daily=200)

    def test_keeps_the_day_where_it_began_until_there_is_no_cap(self, viewer):
        set_caps(viewer=viewer, daily=100, monthly=None, at=NOW)
        viewer.time_zone = "Pacific/Auckland"
        set_caps(viewer=viewer, daily=90, monthly=None, at=NOW)
        assert settings_of(viewer).time_zone == "Europe/Berlin"
        set_caps(viewer=viewer, daily=None, monthly=None, at=NOW)
        set_caps(viewer=viewer, daily=90, monthly=None, at=NOW + DAY)
        assert settings_of(viewer).time_zone == "Pacific/Auckland"

    def test_reckons_in_utc_where_the_database_does_not_know_the_zone(self, viewer):
        viewer.time_zone = "Nowhere/Known"
        set_caps(viewer=viewer, daily=100, monthly=None, at=NOW)
        assert settings_of(viewer).time_zone == "UTC"

    @pytest.mark.parametrize("cap", [0, -1, operations.LARGEST_CAP + 1])
    @pytest.mark.parametrize("field", ["daily", "monthly"])
    def test_refuses_what_is_no_cap(self, viewer, cap, field):
        with pytest.raises(operations.InvalidCap) as refused:
            set_caps(**{"viewer": viewer, "daily": None, "monthly": None, "at": NOW, field: cap})
        assert refused.value.field == field
        assert not ViewerSettings.objects.exists()


class TestCancelChange:
    def test_stays_with_the_caps_in_force(self, viewer):
        set_caps(viewer=viewer, daily=100, monthly=1000, at=NOW)
        set_caps(viewer=viewer, daily=None, monthly=2000, at=NOW)
        assert cancel_change(viewer=viewer, at=NOW + HOUR) == Caps(daily=100, monthly=1000)
        assert caps(viewer, NOW + 2 * DAY) == Caps(daily=100, monthly=1000)

    def test_keeps_what_has_begun(self, viewer):
        set_caps(viewer=viewer, daily=100, monthly=None, at=NOW)
        set_caps(viewer=viewer, daily=200, monthly=None, at=NOW)
        assert cancel_change(viewer=viewer, at=NOW + DAY) == Caps(daily=200)

    def test_may_find_nothing(self, viewer):
        assert cancel_change(viewer=viewer, at=NOW) == Caps()


class TestCoolOff:
    def test_stops_buying(self, viewer):
        cool_off(viewer=viewer, until=NOW + DAY, at=NOW)
        assert cooling_off(viewer, NOW + DAY - HOUR)
        assert not cooling_off(viewer, NOW + DAY)
        with pytest.raises(CoolingOff):
            recorded(viewer, at=NOW)
        assert not CoinPurchase.objects.exists()
        assert recorded(viewer, at=NOW + DAY)

    def test_can_be_made_longer(self, viewer):
        cool_off(viewer=viewer, until=NOW + DAY, at=NOW)
        cool_off(viewer=viewer, until=NOW + 2 * DAY, at=NOW)
        assert settings_of(viewer).cool_off_until == NOW + 2 * DAY

    def test_can_not_be_made_shorter(self, viewer):
        cool_off(viewer=viewer, until=NOW + 2 * DAY, at=NOW)
        with pytest.raises(operations.CoolOffShortened):
            cool_off(viewer=viewer, until=NOW + DAY, at=NOW)
        assert settings_of(viewer).cool_off_until == NOW + 2 * DAY

    @pytest.mark.parametrize("days", [-1, 0, 367])
    def test_is_refused_for_what_is_past_or_too_far(self, viewer, days):
        with pytest.raises(operations.InvalidCoolOff):
            cool_off(viewer=viewer, until=NOW + days * DAY, at=NOW)
        assert not cooling_off(viewer, NOW)


class TestGiven:
    def test_adds_up_the_day_and_the_month(self, viewer):
        creator = CreatorFactory()
        gift_from(viewer, creator, "kite", at=NOW)
        gift_from(viewer, creator, "clover", at=NOW - DAY)
        gift_from(UserFactory(), creator, "kite", at=NOW)
        set_caps(viewer=viewer, daily=100, monthly=None, at=NOW)
        assert given(settings_of(viewer), NOW) == Given(day=49, month=50)

    def test_is_nothing_for_who_gave_nothing(self, viewer):
        assert given(settings_of(viewer), NOW) == Given(0, 0)


class TestShowName:
    def test_leaves_the_caps_alone(self, viewer):
        set_caps(viewer=viewer, daily=100, monthly=None, at=NOW)
        show_name(viewer=viewer, anonymous=True)
        assert settings_of(viewer).anonymous
        assert caps(viewer) == Caps(daily=100)
