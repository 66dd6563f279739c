"""Undoing from the panel and from the history, and tapping."""

import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from ledger import queries
from ledger.chart import VIEWER_COINS
from tests.factories.gifts import gift_from, gift_type, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import CreatorSettings, Gift, GiftReversal, ViewerSettings
from wallets.operations.gifts import send_gift

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def creator():
    return CreatorFactory(display_name="Lumi Aalto", handle="lumi")


@pytest.fixture
def viewer(client):
    person = UserFactory(display_name="Mara Vogt")
    give_coins(person, 100)
    client.force_login(person)
    return person


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def coins(viewer) -> int:
    return queries.balance(VIEWER_COINS.of(viewer.pk))


def sent(viewer, creator, **facts) -> Gift:
    facts = {"quantity": 1, "key": str(uuid.uuid4()), "at": timezone.now()} | facts
    return send_gift(viewer=viewer, creator=creator, gift_type=gift_type(), **facts).gift


def tap(client, **facts):
    facts = {
        "gift_type": "spark-tap",
        "quantity": "1",
        "key": str(uuid.uuid4()),
        "streak": str(uuid.UUID(int=7)),
    } | facts
    return client.post("/c/lumi/taps/", facts)


class TestUndo:
    def test_is_offered_by_the_panel_after_sending(self, client, creator, viewer):
        facts = {"gift_type": "kite", "quantity": "1", "key": str(uuid.uuid4())}
        answer = client.post("/c/lumi/gifts/", facts, headers=HTMX).content.decode()
        gift = Gift.objects.get()
        assert f'formaction="{reverse("wallets:undo_gift", args=[gift.pk])}"' in answer
        assert re.search(r'data-left="(29|30)"', answer)

    def test_answers_the_panel(self, client, creator, viewer):
        address = reverse("wallets:undo_gift", args=[sent(viewer, creator).pk])
        answer = client.post(address, headers=HTMX)
        assert "You undid 1 × Spark Tap: 5 coins came back to you." in text_of(answer)
        assert "gift-sent" in answer.headers["HX-Trigger"]
        assert "You had already undone" in text_of(client.post(address, headers=HTMX))
        assert coins(viewer) == 100

    def test_is_offered_without_scripts_by_the_page_after_sending(self, client, creator, viewer):
        facts = {
            "gift_type": "spark-tap",
            "quantity": "1",
            "key": str(uuid.uuid4()),
            "shown": "spark-tap:1:5",
        }
        page = client.post("/c/lumi/gifts/", facts, follow=True)
        address = reverse("wallets:undo_gift", args=[Gift.objects.get().pk])
        assert f'form="undo-form" formaction="{address}"' in page.text
        assert '<form id="undo-form" method="post"' in page.text
        assert "Undo" in text_of(page)

    @pytest.mark.parametrize("whose", ["mine, long ago", "another's", "nobody's", "nonsense"])
    def test_is_not_offered_by_a_page_named_after(self, client, creator, viewer, whose):
        sent_at = timezone.now() - dt.timedelta(seconds=31)
        named = {
            "mine, long ago": lambda: sent(viewer, creator, at=sent_at).pk,
            "another's": lambda: gift_from(UserFactory(), creator, at=timezone.now()).pk,
            "nobody's": uuid.uuid4,
            "nonsense": lambda: "x",
        }[whose]()
        page = client.get("/c/lumi/", {"sent": named})
        assert page.status_code == 200
        assert "/undo/" not in page.text

    def test_works_from_the_history_without_scripts(self, client, creator, viewer):
        gift = sent(viewer, creator)
        address = reverse("wallets:undo_gift", args=[gift.pk])
        for page in ("wallets:history", "wallets:wallet"):
            assert f'action="{address}"' in client.get(reverse(page)).content.decode()
        answer = client.post(address, follow=True)
        assert "5 coins came back" in text_of(answer)
        assert "Undone: Spark Tap × 1 to Lumi Aalto" in text_of(answer)
        assert f'action="{address}"' not in answer.content.decode()

    @pytest.mark.parametrize("htmx", [True, False])
    def test_says_when_it_is_too_late(self, client, creator, viewer, htmx):
        gift = sent(viewer, creator, at=timezone.now() - dt.timedelta(seconds=31))
        address = reverse("wallets:undo_gift", args=[gift.pk])
        assert address not in client.get(reverse("wallets:history")).content.decode()
        answer = client.post(address, headers=HTMX if htmx else {}, follow=True)
        assert "can be undone for 30 seconds" in text_of(answer)
        assert coins(viewer) == 95

    def test_knows_nobody_else_s_gifts(self, client, creator, viewer):
        gift = sent_by_another = gift_from(UserFactory(), creator, at=timezone.now())
        assert client.post(reverse("wallets:undo_gift", args=[gift.pk])).status_code == 404
        assert not GiftReversal.objects.filter(gift=sent_by_another).exists()

    def test_asks_strangers_to_log_in(self, client, creator):
        address = reverse("wallets:undo_gift", args=[uuid.uuid4()])
        assert client.post(address).headers["Location"].startswith(reverse("account_login"))
        assert client.get(address).status_code == 302


class TestTap:
    def test_sends_one_gift_of_a_streak_and_tells_the_balance(self, client, creator, viewer):
        assert tap(client).json() == {"balance": "95 coins"}
        assert tap(client, anonymous="on").json() == {"balance": "90 coins"}
        assert [(gift.streak_id.int, gift.anonymous) for gift in Gift.objects.order_by("id")] == [
            (7, False),
            (7, True),
        ]

    def test_takes_nothing_twice_for_one_key(self, client, creator, viewer):
        key = str(uuid.uuid4())
        assert tap(client, key=key).json() == tap(client, key=key).json()
        assert coins(viewer) == 95

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"quantity": "21"}, "5 more are needed."),
            ({"quantity": "x"}, ""),
            ({"gift_type": "nothing"}, "no longer on sale"),
            ({"streak": "x"}, ""),
            ({"key": ""}, "This page was incomplete."),
        ],
        ids=str,
    )
    def test_is_refused_with_what_the_page_shows_instead(self, client, creator, viewer, facts, words):
        answer = tap(client, **facts)
        assert answer.status_code == 422
        assert words in text_of(answer)
        assert coins(viewer) == 100

    def test_takes_few_queries(self, client, creator, viewer, django_assert_num_queries):
        tap(client)
        with django_assert_num_queries(6):
            tap(client)


class TestStreak:
    def address(self, streak) -> str:
        return f"/c/lumi/streaks/{streak}/"

    def test_tells_what_was_tapped_and_offers_to_undo_it(
        self, client, creator, viewer, django_assert_num_queries
    ):
        for _ in range(3):
            tap(client)
        with django_assert_num_queries(3):
            answer = client.get(self.address(uuid.UUID(int=7)))
        assert "3 × Spark Tap to Lumi Aalto in the last half minute : 15 coins." in text_of(answer)
        answer = client.post(reverse("wallets:undo_streak", args=[uuid.UUID(int=7)]), headers=HTMX)
        assert "You undid 3 gifts: 15 coins came back to you." in text_of(answer)
        assert coins(viewer) == 100

    def test_is_empty_for_others(self, client, creator, viewer):
        tap(client)
        client.force_login(UserFactory())
        assert text_of(client.get(self.address(uuid.UUID(int=7)))).strip() == ""
        assert "30 seconds" in text_of(
            client.post(reverse("wallets:undo_streak", args=[uuid.UUID(int=7)]), headers=HTMX)
        )


class TestRefusals:
    """Each tells what to do."""

    def test_lead_to_the_limits(self, client, creator, viewer):
        ViewerSettings.objects.create(viewer=viewer, daily_cap=4)
        answer = tap(client)
        assert "your own limit for a day" in text_of(answer)
        assert f'href="{reverse("wallets:limits")}"' in answer.content.decode()

    def test_are_told_before_anything_is_chosen_where_gifts_are_off(self, client, creator, viewer):
        CreatorSettings.objects.create(creator=creator, gifts_off=True, note="Back <b>in</b> May")
        page = client.get("/c/lumi/").content.decode()
        assert "No gifts for now" in page
        assert "Back &lt;b&gt;in&lt;/b&gt; May" in page
        assert 'name="gift_type"' not in page
        assert "takes no gifts at the moment" in text_of(tap(client))


class TestName:
    def test_is_left_out_where_the_viewer_says_so(self, client, creator, viewer):
        facts = {"gift_type": "kite", "quantity": "1", "key": str(uuid.uuid4()), "anonymous": "on"}
        client.post("/c/lumi/gifts/", facts, headers=HTMX)
        assert "Anonymous sent 1 × Kite" in text_of(client.get("/c/lumi/latest/"))
        assert "Mara" not in client.get("/c/lumi/latest/").content.decode()
        assert "without your name" in text_of(client.get(reverse("wallets:history")))
        client.force_login(creator)
        assert "Mara" not in client.get(reverse("wallets:received")).content.decode()

    def test_is_left_out_by_default_where_the_viewer_chose_so(self, client, creator, viewer):
        assert "checked" not in _anonymous(client.get("/c/lumi/"))
        client.post(reverse("wallets:show_name"), {"anonymous": "on"})
        assert "checked" in _anonymous(client.get("/c/lumi/"))


def _anonymous(response) -> str:
    return re.search(r'<input[^>]*name="anonymous"[^>]*>', response.content.decode()).group()
