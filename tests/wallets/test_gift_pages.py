"""What a creator received, and how gifts read in a viewer's history."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from ledger import operations
from ledger.units import format_amount
from partnerships.income_streams import Stream
from portal.queries.income import earned
from tests.factories.gifts import NOW, gift_from, gift_type, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import dispute_event, paid
from wallets.models import Gift
from wallets.operations.clearing import release_cleared
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import send_gift
from wallets.operations.undo import undo_gift
from wallets.queries.gifts import total_received
from wallets.queries.history import history
from wallets.states import DisputeState

pytestmark = pytest.mark.django_db
ADDRESS = "/studio/gifts/"


@pytest.fixture
def creator(client):
    person = CreatorFactory(display_name="Lumi Aalto", handle="lumi")
    client.force_login(person)
    return person


class TestReceived:
    def test_lists_every_gift_with_its_sender_and_diamonds(self, client, creator):
        gift_from(UserFactory(display_name="Mara Vogt"), creator, "kite", quantity=2, message="Bravo")
        page = client.get(ADDRESS).content.decode()
        for words in ("Mara Vogt", "Kite", "98.00 diamonds", "Bravo"):
            assert words in page

    def test_shows_nobody_elses(self, client, creator):
        gift_from(UserFactory(display_name="Mara Vogt"), CreatorFactory())
        page = client.get(ADDRESS).content.decode()
        assert "Mara Vogt" not in page
        assert "No gifts yet" in page

    def test_keeps_to_the_utc_month_that_is_asked_for(self, client, creator):
        viewer = UserFactory()
        for moment in (
            "2026-02-28T23:59:59",
            "2026-03-01T00:00:00",
            "2026-03-31T23:59:59",
            "2026-04-01T00:00:00",
        ):
            gift_from(viewer, creator, at=dt.datetime.fromisoformat(moment + "+00:00"))
        page = client.get(ADDRESS, {"month": "2026-03"})
        assert [gift.sent_at.day for gift in page.context["page_obj"]] == [31, 1]
        assert "data-total>10.00 diamonds<" in page.content.decode()

    def test_adds_up_to_what_the_studio_shows_whatever_was_released_or_taken_back(self, client, creator):
        viewer = UserFactory()
        kept = gift_from(viewer, creator, "kite")
        disputed = gift_from(viewer, creator, "lantern")
        operations.reverse(entry_id=disputed.pk, key="dispute", reason="", at=NOW + dt.timedelta(minutes=1))
        undo_gift(viewer=viewer, gift_id=gift_from(viewer, creator, "clover").pk, at=NOW)
        release_cleared(creator_id=creator.pk, at=NOW + dt.timedelta(days=20))
        received = total_received(creator.pk, NOW.date())
        today = NOW.date()
        days = earned(creator.pk, since=today, until=today, currency="EUR", streams=[Stream.GIFTS])
        assert received.total == sum(day.amount for day in days) == kept.diamonds
        assert (received.gifts, received.taken_back) == (2, -disputed.diamonds)
        assert "were taken back" in client.get(ADDRESS, {"month": f"{NOW:%Y-%m}"}).content.decode()

    def test_joins_the_taps_of_a_streak(self, client, creator):
        viewer, streak = UserFactory(display_name="Mara Vogt"), uuid.uuid4()
        for second in range(3):
            gift_from(viewer, creator, "kite", at=NOW + dt.timedelta(seconds=second), streak_id=streak)
        page = client.get(ADDRESS).content.decode()
        assert page.count("Mara Vogt</bdi>") == 1 + 1  # the row, and its way to block
        assert "in 3 taps" in page
        assert "147.00 diamonds" in page

    def test_marks_what_a_dispute_took_back_of_a_gift(self, client, creator):
        viewer = UserFactory()
        purchase = paid(viewer)
        gift = send_gift(
            viewer=viewer, creator=creator, gift_type=gift_type("kite"), quantity=1, key="g", at=NOW
        ).gift
        handle_payment_event(event=dispute_event(purchase), at=NOW)
        words = f"{format_amount(gift.diamonds, 'DIAMOND')} taken back: its payment was disputed or refunded"
        assert words in client.get(ADDRESS).text
        client.force_login(viewer)
        assert "49.00 diamonds of it taken back" in client.get(reverse("wallets:history")).text
        handle_payment_event(event=dispute_event(purchase, state=DisputeState.WON), at=NOW)
        assert "of it taken back" not in client.get(reverse("wallets:history")).text
        client.force_login(creator)
        assert "its payment was disputed" not in client.get(ADDRESS).text

    def test_is_where_the_rows_of_income_lead(self, client, creator):
        gift_from(UserFactory(), creator, at=timezone.now())
        page = client.get(reverse("income")).content.decode()
        assert f'href="{ADDRESS}?month=' in page

    @pytest.mark.parametrize(
        "month", ["x", "2026-13", "0001-01", "9999-12", "2026", "-1", "\x00", "2026-03-04", "9" * 999]
    )
    def test_answers_a_month_that_makes_no_sense_with_a_message(self, client, creator, month):
        gift_from(UserFactory(), creator)
        page = client.get(ADDRESS, {"month": month})
        assert page.status_code == 400
        assert "Write a month as in 2026-03." in page.content.decode()
        assert len(page.context["page_obj"]) == 1

    @pytest.mark.parametrize("number", ["0", "-1", "x", "99999", ""])
    def test_takes_odd_page_numbers_for_the_nearest(self, client, creator, number):
        assert client.get(ADDRESS, {"page": number}).status_code == 200

    def test_is_for_creators(self, client):
        assert client.get(ADDRESS).headers["Location"].startswith(reverse("account_login"))
        client.force_login(UserFactory())
        assert client.get(ADDRESS).headers["Location"] == f"{reverse('profile')}#creator"

    def test_says_so_when_a_month_is_empty(self, client, creator):
        assert "No gifts in this month" in client.get(ADDRESS, {"month": "2026-03"}).content.decode()

    def test_takes_as_many_queries_however_many_gifts_there_are(
        self, client, creator, django_assert_num_queries
    ):
        client.get(ADDRESS)
        for more in (1, 25):
            for _ in range(more):
                gift_from(UserFactory(), creator)
            with django_assert_num_queries(5):
                page = client.get(ADDRESS)
        assert (len(page.context["page_obj"]), page.context["page_obj"].paginator.num_pages) == (25, 2)


class TestHistory:
    def test_names_gift_quantity_and_creator_and_leads_there(self, creator):
        viewer = UserFactory()
        gift_from(viewer, creator, "lantern", quantity=2, message="Bravo")
        movement = history(viewer).movements[0]
        assert (movement.words.title, movement.words.detail) == ("Lantern × 2 to Lumi Aalto", "Bravo")
        assert (movement.words.url, movement.amount) == ("/c/lumi/", -198)

    def test_joins_the_taps_of_a_streak_that_follow_each_other(self, client, creator):
        viewer, streak, now = UserFactory(), uuid.uuid4(), timezone.now()
        give_coins(viewer, 500, at=now)
        facts = {"viewer": viewer, "creator": creator, "gift_type": gift_type("kite"), "streak_id": streak}
        for seconds in (12, 3, 2, 1):
            at = now - dt.timedelta(seconds=seconds)
            send_gift(**facts, quantity=1, key=str(seconds), at=at)
        lines = [
            (line.words.title, line.amount, line.balance, line.taps) for line in history(viewer).movements
        ]
        assert lines == [
            ("Kite × 3 to Lumi Aalto", -147, 304, 3),
            ("Kite × 1 to Lumi Aalto", -49, 451, 1),
            ("Coin purchase", 500, 500, 1),
        ]
        client.force_login(viewer)
        page = client.get(reverse("wallets:history")).text
        assert f'action="{reverse("wallets:undo_streak", args=[streak])}"' in page
        assert "3 taps" in page
        newest = Gift.objects.order_by("-id").first()
        undo_gift(viewer=viewer, gift_id=newest.pk, at=now)
        titles = [line.words.title for line in history(viewer).movements]
        assert titles[:3] == [
            "Undone: Kite × 1 to Lumi Aalto",
            "Kite × 1 to Lumi Aalto",
            "Kite × 2 to Lumi Aalto",
        ]

    def test_leads_nowhere_once_the_creator_has_no_page(self, creator):
        viewer = UserFactory()
        gift_from(viewer, creator)
        creator.is_creator = False
        creator.save()
        assert history(viewer).movements[0].words.url == ""

    def test_words_a_page_in_one_query(self, creator, django_assert_num_queries):
        viewer = UserFactory()
        for _ in range(5):
            gift_from(viewer, creator)
        with django_assert_num_queries(4):
            history(viewer)
