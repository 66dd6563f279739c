"""Sending a gift from the creator's page, with scripts and without."""

import re
import uuid

import pytest
from django.urls import reverse

from ledger import queries
from ledger.chart import CREATOR_DIAMONDS_PENDING
from tests.factories.gifts import give_coins
from tests.factories.people import CreatorFactory, UserFactory
from tests.wallets.test_creator_page import coins, key_in, send, text_of
from wallets.models import Gift

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


class TestSend:
    @pytest.mark.parametrize("htmx", [True, False])
    def test_takes_the_coins_and_names_the_gift(self, client, creator, viewer, htmx):
        answer = send(client, htmx=htmx, message="For the encore")
        if not htmx:
            sent = Gift.objects.get().pk
            assert answer.headers["Location"] == f"/c/lumi/?gift_type=lantern&quantity=1&sent={sent}"
            answer = client.get(answer.headers["Location"])
        assert "You sent 1 × Lantern to Lumi Aalto." in text_of(answer)
        assert "data-balance>1 coin<" in answer.content.decode()
        assert coins(viewer) == 1
        assert Gift.objects.get().message == "For the encore"
        assert queries.balance(CREATOR_DIAMONDS_PENDING.of(creator.pk)) == 99_00

    def test_offers_to_send_again_with_a_fresh_key(self, client, creator, viewer):
        first = key_in(client.get("/c/lumi/"))
        answer = send(client, htmx=True, gift_type="kite", key=first)
        assert "Send again" in text_of(answer)
        assert key_in(answer) != first
        send(client, htmx=True, gift_type="kite", key=key_in(answer))
        assert coins(viewer) == 2

    @pytest.mark.parametrize("htmx", [True, False])
    def test_takes_nothing_for_a_form_submitted_twice_and_says_so(self, client, creator, viewer, htmx):
        facts = {"gift_type": "kite", "key": str(uuid.uuid4()), "htmx": htmx}
        send(client, **facts)
        answer = send(client, **facts)
        if not htmx:
            answer = client.get(answer.headers["Location"])
        assert "You had already sent 1 × Kite to Lumi Aalto: nothing more was taken." in text_of(answer)
        assert coins(viewer) == 51

    def test_lets_pages_know_that_the_list_has_changed(self, client, creator, viewer):
        assert "gift-sent" in send(client, htmx=True).headers["HX-Trigger-After-Swap"]

    @pytest.mark.parametrize("htmx", [True, False])
    def test_sends_strangers_to_the_login_and_back(self, client, creator, htmx):
        client.defaults["HTTP_REFERER"] = "http://testserver/c/lumi/"
        answer = send(client, htmx=htmx)
        assert answer.headers["HX-Redirect" if htmx else "Location"] == (
            f"{reverse('account_login')}?next=/c/lumi/"
        )
        assert not Gift.objects.exists()

    def test_takes_few_queries(self, client, creator, viewer, django_assert_num_queries):
        send(client, htmx=True, gift_type="clover")
        with django_assert_num_queries(10):
            send(client, htmx=True, gift_type="clover")


class TestSendWithoutScripts:
    @pytest.mark.parametrize(
        "facts",
        [
            {"shown": ""},
            {"shown": "clover:1:1"},
            {"shown": "lantern:2:198"},
            {"shown": "lantern:1:98"},
            {"shown": "\x00"},
            {"look": "1"},
        ],
        ids=str,
    )
    def test_first_shows_the_cost_of_what_was_chosen(self, client, creator, viewer, facts):
        answer = send(client, message="Bravo", **facts)
        assert answer.status_code == 200
        assert "1 × Lantern 99 coins" in text_of(answer)
        assert "Nothing was taken now." in text_of(answer)
        assert 'value="Bravo"' in answer.content.decode()
        assert (coins(viewer), Gift.objects.count()) == (100, 0)
        told = re.search(r'name="shown" value="([^"]+)"', answer.content.decode()).group(1)
        assert send(client, shown=told, key=key_in(answer)).status_code == 302
        assert coins(viewer) == 1

    def test_sends_nothing_by_a_look_at_a_choice_that_makes_no_sense(self, client, creator, viewer):
        answer = send(client, look="1", quantity="0")
        assert answer.status_code == 422
        assert "Send 1 to 999 at once." in text_of(answer)
        assert coins(viewer) == 100

    def test_never_writes_the_forms_secrets_into_an_address(self, client, creator, viewer):
        page = client.get("/c/lumi/").content.decode()
        assert 'name="key"' in page
        assert 'formmethod="get"' not in page


class TestSendRefuses:
    @pytest.fixture(autouse=True)
    def _nothing_moves(self, creator, viewer):
        before = coins(viewer), Gift.objects.count()
        yield
        assert (coins(viewer), Gift.objects.count()) == before
        assert queries.balance(CREATOR_DIAMONDS_PENDING.of(creator.pk)) == 0

    @pytest.mark.parametrize("htmx", [True, False])
    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"quantity": "2"}, "This costs 198 coins and you have 100: 98 more are needed."),
            ({"quantity": "0"}, "Send 1 to 999 at once."),
            ({"quantity": "1000"}, "Send 1 to 999 at once."),
            ({"quantity": "x"}, "Send 1 to 999 at once."),
            ({"message": "x" * 141}, "Keep the message within 140 characters."),
            ({"gift_type": "nothing"}, "This gift is no longer on sale. Choose another one."),
            ({"gift_type": ""}, "Choose a gift."),
            ({"key": "x"}, "This page was incomplete. Look again, then send."),
            ({"key": ""}, "This page was incomplete. Look again, then send."),
            ({"message": "a\x00b"}, "Null characters are not allowed."),
        ],
        ids=str,
    )
    def test_with_a_sentence(self, client, facts, words, htmx):
        answer = send(client, htmx=htmx, **facts)
        assert answer.status_code == (200 if htmx else 422)
        assert words in text_of(answer)
        assert "You sent" not in text_of(answer)

    def test_with_a_link_to_buy_what_is_missing(self, client):
        assert reverse("wallets:buy") in send(client, htmx=True, quantity="2").content.decode()

    def test_gifts_to_oneself(self, client, creator):
        give_coins(creator, 100)
        client.force_login(creator)
        assert "send a gift to yourself" in text_of(send(client, htmx=True))
        assert coins(creator) == 100

    @pytest.mark.parametrize("method", ["get", "put", "delete"])
    def test_other_methods(self, client, method):
        assert getattr(client, method)("/c/lumi/gifts/").status_code == 405


class TestSendConflicts:
    def test_with_a_form_that_sent_another_gift_and_shows_a_fresh_one(self, client, creator, viewer):
        key = str(uuid.uuid4())
        send(client, htmx=True, gift_type="clover", key=key)
        answer = send(client, htmx=True, gift_type="kite", key=key)
        assert "already sent another gift, and nothing was taken now" in text_of(answer)
        assert key_in(answer) != key
        assert coins(viewer) == 99
