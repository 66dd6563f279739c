import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from ledger import operations
from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_PENDING, DIAMONDS_ISSUED
from portal.queries.studio import dashboard, months_of
from tests.factories.payouts import requested_payout
from tests.factories.people import CreatorFactory, UserFactory

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
        creator = CreatorFactory()
        earn(creator, 5000, NOW, "one")
        release = operations.Transfer(
            CREATOR_DIAMONDS_PENDING.of(creator.pk), CREATOR_DIAMONDS_AVAILABLE.of(creator.pk), 5000
        )
        operations.post(kind="release", key="release", at=NOW, transfers=[release])
        assert (months_of(creator.pk, NOW)[-1].gifts, months_of(creator.pk, NOW)[-1].diamonds) == (1, 5000)

    def test_takes_off_what_was_taken_back(self):
        creator = CreatorFactory()
        earn(creator, 5000, NOW, "one")
        gift = earn(creator, 700, NOW, "two")
        operations.reverse(entry_id=gift.entry_id, key="undo", reason="undo", at=NOW)
        assert (months_of(creator.pk, NOW)[-1].gifts, months_of(creator.pk, NOW)[-1].diamonds) == (1, 5000)

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
        earn(creator, 123_456, timezone.now(), "one")
        client.force_login(creator)
        page = client.get(reverse("studio")).content.decode()
        assert "1,234.56 diamonds" in page
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


QUERIES = 20
