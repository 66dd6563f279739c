"""How long coupon codes and clicks count, and on which terms."""

import datetime as dt

import pytest

from ledger.chart import AFFILIATE_PAYABLE
from ledger.queries import balance
from partnerships.models import AffiliateCoupon
from partnerships.operations.affiliate_links import UnableToGiveCoupon, give_coupon
from partnerships.operations.affiliate_programmes import save_programme
from partnerships.operations.programmes import NotPermitted
from tests.factories.partnerships_affiliate import NOW, boss, click, link, order, programme, tell
from tests.factories.people import StaffFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


class TestACoupon:
    @pytest.mark.parametrize("state", ["paused", "ended"])
    def test_counts_only_while_its_programme_runs(self, state):
        mine = link()
        of = mine.programme
        by = click(mine)
        give_coupon(programme_id=of.pk, creator=mine.creator, code="KIM10", actor=boss(), from_at=NOW)
        of.state = state
        save_programme(programme=of, actor=boss(), at=NOW + DAY)
        save_programme(programme=of, actor=boss(), at=NOW + 5 * DAY)
        facts = {"amount": 10_000, "currency": "EUR", "coupon": "KIM10", "at": NOW + 6 * DAY}
        late = tell(of, "created", order_id="late", **facts)
        assert (late.outcome, late.code) == ("unattributed", "no_click")
        assert balance(AFFILIATE_PAYABLE.platform("EUR")) == 0
        before = tell(of, "created", order_id="before", occurred_at=NOW + DAY / 2, **facts)
        clicked = tell(of, "created", order_id="clicked", click_id=str(by.pk), **facts)
        assert (before.outcome, clicked.outcome) == ("applied", "applied")
        assert balance(AFFILIATE_PAYABLE.platform("EUR")) == 2_000

    def test_is_given_by_permitted_staff_to_others(self):
        mine, both = link(), StaffFactory(is_superuser=True, is_creator=True)
        own = link(of=mine.programme, creator=both)
        facts = {"programme_id": own.programme_id, "code": "KIM", "from_at": NOW}
        with pytest.raises(UnableToGiveCoupon, match="themselves"):
            give_coupon(creator=both, actor=both, **facts)
        with pytest.raises(NotPermitted):
            give_coupon(creator=mine.creator, actor=StaffFactory(), **facts)
        assert not AffiliateCoupon.objects.exists()


class TestAClick:
    def test_keeps_the_window_and_the_hold_that_it_was_made_under(self):
        by = click(link(of=programme(window_days=10, hold_days=20)))
        of = by.link.programme
        of.window_days, of.hold_days = 1, 90
        save_programme(programme=of, actor=boss(), at=NOW + DAY)
        kept, new = order(by, at=NOW + 9 * DAY), order(click(by.link, at=NOW + 9 * DAY), at=NOW + 9 * DAY)
        assert [each.payable_at - NOW for each in (kept, new)] == [29 * DAY, 99 * DAY]
        assert kept.commission == new.commission == 1_000
