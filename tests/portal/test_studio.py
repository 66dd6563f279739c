import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from ledger import operations
from ledger.chart import CREATOR_DIAMONDS_PENDING, DIAMONDS_ISSUED
from portal.queries.studio import dashboard, months_of
from tests.factories.gifts import gift_from
from tests.factories.payouts import requested_payout
from tests.factories.people import CreatorFactory, UserFactory
from wallets.operations.clearing import release_cleared
from wallets.operations.undo import undo_gift

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 15, 12, tzinfo=dt.UTC)


def earn(creator, diamonds: int, at: dt.datetime, key: str) -> operations.Posted:
    move = operations.Transfer(DIAMONDS_ISSUED.platform(), CREATOR_DIAMONDS_PENDING.of(creator.pk), diamonds)
    return operations.post(kind="tip", key=key, at=at, transfers=[move])


class TestMonthsOf:
    def test_covers_twelve_months_across_the_year(self):
        months = months_of(CreatorFactory().pk, NOW)
        assert [months[0].first, months[-1].first] == [dt.date(2025, 4, 1), dt.date(2026, 3, 1)]
        assert len(months) == 12

    def test_counts_what_was_earned_and_not_what_was_released(self):
        gift = gift_from(UserFactory(), CreatorFactory(), "kite", at=NOW - dt.timedelta(days=12))
        release_cleared(creator_id=gift.creator_id, at=NOW + dt.timedelta(days=9))
        month = months_of(gift.creator_id, NOW)[-1]
        assert (month.gifts, month.diamonds) == (1, 49_00)

    def test_leaves_out_what_was_undone(self):
        creator, viewer = CreatorFactory(), UserFactory()
        gift_from(viewer, creator, "kite", at=NOW)
        undo_gift(viewer=viewer, gift_id=gift_from(viewer, creator, "lantern", at=NOW).pk, at=NOW)
        month = months_of(creator.pk, NOW)[-1]
        assert (month.gifts, month.diamonds) == (1, 49_00)

    def test_takes_off_what_a_dispute_took_back_and_leaves_the_gift_counted(self):
        gift = gift_from(UserFactory(), CreatorFactory(), "kite", at=NOW)
        operations.reverse(entry_id=gift.pk, key="dispute", reason="dispute", at=NOW)
        month = months_of(gift.creator_id, NOW)[-1]
        assert (month.gifts, month.diamonds) == (1, 0)

    def test_leaves_out_what_came_before(self):
        creator = CreatorFactory()
        earn(creator, 5000, NOW - dt.timedelta(days=400), "old")
        assert sum(month.diamonds for month in months_of(creator.pk, NOW)) == 0


class TestDashboard:
    def test_tells_what_balances_are_worth_in_the_creators_currency(self):
        creator = CreatorFactory(base_currency="JPY")
        earn(creator, 100_000, NOW, "one")
        board = dashboard(creator, NOW)
        assert board.balances.pending == 100_000  # 1,000.00 diamonds: 5 US dollars
        assert 500 < board.worth.pending < 1_000  # yen, which have no decimals

    def test_says_nothing_of_worth_where_no_rate_leads(self):
        assert dashboard(CreatorFactory(base_currency="CLP"), NOW).worth is None


class TestStudioPage:
    def test_shows_figures_that_lead_to_their_rows(self, client):
        creator = CreatorFactory()
        gift_from(UserFactory(), creator, "comet-band", at=timezone.now())
        client.force_login(creator)
        page = client.get(reverse("studio")).content.decode()
        assert "1,500.00 diamonds" in page
        assert f'href="{reverse("wallets:received")}?month=' in page

    def test_greets_a_creator_who_has_nothing_yet(self, client):
        client.force_login(CreatorFactory(country="US"))
        page = client.get(reverse("studio")).content.decode()
        assert "Nothing is pending" in page
        assert "Your next step" in page

    def test_follows_a_payout_that_is_under_way(self, client):
        payout = requested_payout(at=timezone.now())
        client.force_login(payout.creator)
        page = client.get(reverse("studio")).content.decode()
        assert f'href="{reverse("payouts:payout", args=[payout.id])}">Follow it</a>' in page

    def test_sends_a_viewer_to_become_a_creator(self, client):
        client.force_login(UserFactory())
        assert client.get(reverse("studio")).headers["Location"] == f"{reverse('profile')}#creator"

    def test_asks_strangers_to_log_in(self, client):
        assert client.get(reverse("studio")).headers["Location"].startswith(reverse("account_login"))

    def test_takes_as_many_queries_however_much_there_is(self, client, django_assert_max_num_queries):
        creator = CreatorFactory()
        for number in range(30):
            earn(creator, 100, timezone.now() - dt.timedelta(days=number), f"gift {number}")
        client.force_login(creator)
        with django_assert_max_num_queries(QUERIES):
            client.get(reverse("studio"))


QUERIES = 24
