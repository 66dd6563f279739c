"""The pages on which viewers limit themselves and tip, and creators say what they take."""

import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from ledger import queries
from ledger.chart import VIEWER_COINS
from tests.factories.gifts import gift_from, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import Block, CoinTip, CreatorSettings
from wallets.operations.limits import set_caps
from wallets.operations.tips import send_tip
from wallets.queries.limits import Caps, caps_of, settings_of

pytestmark = pytest.mark.django_db
LIMITS, TIPS, RULES = "/wallet/limits/", "/wallet/tips/", "/studio/gifts/settings/"


@pytest.fixture
def viewer(client):
    person = UserFactory(handle="mara")
    give_coins(person, 500)
    client.force_login(person)
    return person


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def caps(viewer) -> Caps:
    return caps_of(settings_of(viewer), timezone.now())


class TestLimits:
    def test_is_linked_from_the_wallet(self, client, viewer):
        page = client.get("/wallet/").content.decode()
        assert f'href="{LIMITS}"' in page
        assert f'href="{TIPS}"' in page

    def test_asks_before_it_sets_a_cap(self, client, viewer):
        answer = client.post(f"{LIMITS}caps/", {"daily": "100", "monthly": ""})
        assert "In a day 100 coins, from now on" in text_of(answer)
        assert "In a month no limit, from now on" in text_of(answer)
        assert caps(viewer) == Caps()
        client.post(f"{LIMITS}caps/", {"daily": "100", "monthly": "", "confirmed": "1"})
        assert caps(viewer) == Caps(daily=100)

    def test_tells_what_was_given_and_what_waits_and_takes_it_back(self, client, viewer):
        gift_from(viewer, CreatorFactory(), at=timezone.now())
        now = timezone.now()
        set_caps(viewer=viewer, daily=100, monthly=None, at=now)
        answer = client.post(f"{LIMITS}caps/", {"daily": "", "monthly": ""})
        assert "on; until then 100 coins" in text_of(answer)
        set_caps(viewer=viewer, daily=None, monthly=None, at=now)
        page = text_of(client.get(LIMITS))
        assert "5 coins of 100 coins" in page
        assert "In a day: no limit from" in page
        client.post(f"{LIMITS}cancel/")
        assert caps(viewer) == Caps(daily=100)
        assert "A change is waiting" not in text_of(client.get(LIMITS))

    @pytest.mark.parametrize("cap", ["0", "-1", "x", "9" * 30])
    def test_says_what_a_cap_may_be(self, client, viewer, cap):
        answer = client.post(f"{LIMITS}caps/", {"daily": cap, "monthly": "", "confirmed": "1"})
        assert answer.status_code == 422
        assert "Write 1 to 1,000,000,000 coins" in text_of(answer)
        assert caps(viewer) == Caps()

    def test_asks_before_a_cool_off_begins_and_never_shortens_it(self, client, viewer):
        def day(days: int) -> str:
            return str(timezone.localdate() + dt.timedelta(days=days))

        answer = client.post(f"{LIMITS}cool-off/", {"until": day(5)})
        assert "It can’t be cut short" in text_of(answer)
        assert settings_of(viewer).cool_off_until is None
        client.post(f"{LIMITS}cool-off/", {"until": day(5), "confirmed": "1"})
        assert "You are cooling off" in text_of(client.get(LIMITS))
        for days, words in ((3, "but not shorter"), (-1, "from tomorrow on"), (1000, "from tomorrow on")):
            answer = client.post(f"{LIMITS}cool-off/", {"until": day(days), "confirmed": "1"})
            assert answer.status_code == 422
            assert words in text_of(answer)

    @pytest.mark.parametrize("path", ["", "caps/", "cancel/", "cool-off/", "name/"])
    def test_asks_strangers_to_log_in(self, client, path):
        assert client.post(LIMITS + path).headers["Location"].startswith(reverse("account_login"))

    def test_takes_few_queries(self, client, viewer, django_assert_num_queries):
        with django_assert_num_queries(4):
            client.get(LIMITS)


class TestTips:
    @pytest.fixture
    def theo(self):
        return UserFactory(handle="theo", display_name="Theo")

    def facts(self, **facts) -> dict:
        return {"handle": "@Theo", "coins": "100", "key": str(uuid.uuid4())} | facts

    def test_shows_who_and_how_much_before_it_sends(self, client, viewer, theo):
        answer = client.post(TIPS, self.facts())
        assert "To Theo @theo They get 100 coins Your balance after 400 coins" in text_of(answer)
        assert not CoinTip.objects.exists()
        facts = self.facts(confirmed="1")
        answer = client.post(TIPS, facts, follow=True)
        assert "You sent 100 coins to Theo." in text_of(answer)
        assert "−100 coins" in text_of(answer)
        assert "You had already sent 100 coins to Theo." in text_of(client.post(TIPS, facts, follow=True))
        assert queries.balance(VIEWER_COINS.of(viewer.pk)) == 400
        assert "Tip to Theo" in text_of(client.get("/wallet/history/"))
        client.force_login(theo)
        assert "Tip from" in text_of(client.get("/wallet/history/"))
        assert "+100 coins" in text_of(client.get(TIPS))

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"handle": "nobody"}, "Nobody here has this handle."),
            ({"handle": ""}, "Say who is to have them."),
            ({"handle": "mara"}, "to yourself"),
            ({"coins": "0"}, "A tip is 1 to 1,000 coins."),
            ({"coins": "1001"}, "A tip is 1 to 1,000 coins."),
            ({"coins": "x"}, "A tip is 1 to 1,000 coins."),
            ({"coins": "501"}, "1 more is needed."),
            ({"handle": "a\x00b"}, "Null characters are not allowed."),
        ],
        ids=str,
    )
    def test_says_what_is_wrong(self, client, viewer, theo, facts, words):
        answer = client.post(TIPS, self.facts(confirmed="1") | facts)
        assert answer.status_code == 422
        assert words in text_of(answer)
        assert not CoinTip.objects.exists()

    def test_never_shows_an_email(self, client, viewer):
        sender = UserFactory(handle="", display_name="", email="secret@example.test")
        give_coins(sender, 5)
        send_tip(sender=sender, recipient=viewer, coins=5, key="a", at=timezone.now())
        for path in (TIPS, "/wallet/history/"):
            page = client.get(path).content.decode()
            assert "A viewer" in page
            assert "secret" not in page

    def test_takes_as_many_queries_however_many_there_are(
        self, client, viewer, theo, django_assert_num_queries
    ):
        for number in (1, 2, 3):
            send_tip(sender=viewer, recipient=theo, coins=1, key=str(number), at=timezone.now())
            with django_assert_num_queries(5):
                client.get(TIPS)


class TestGiftSettings:
    @pytest.fixture
    def creator(self, client):
        person = CreatorFactory(handle="lumi")
        client.force_login(person)
        return person

    def test_is_linked_from_the_gifts(self, client, creator):
        assert f'href="{RULES}"' in client.get("/studio/gifts/").content.decode()

    def test_keeps_what_is_said(self, client, creator):
        facts = {"gifts_off": "on", "note": "Back in May", "words": "Spoiler\nending"}
        client.post(RULES, facts)
        row = CreatorSettings.objects.get()
        assert (row.gifts_off, row.note, row.words) == (True, "Back in May", ["ending", "spoiler"])
        assert "Back in May" in client.get(RULES).content.decode()
        assert "You take no gifts at the moment" in client.get("/c/lumi/").content.decode()

    def test_says_what_is_too_much(self, client, creator):
        answer = client.post(RULES, {"words": "x" * 41})
        assert answer.status_code == 422
        assert "each of at most 40 letters" in text_of(answer)

    def test_blocks_and_unblocks_who_sent_a_gift(self, client, creator):
        named = gift_from(UserFactory(display_name="Theo"), creator)
        unnamed = gift_from(UserFactory(display_name="Mara"), creator, anonymous=True)
        for gift in (named, unnamed):
            address = reverse("wallets:block", args=[gift.pk])
            assert f'action="{address}"' in client.get("/studio/gifts/").content.decode()
            client.post(address)
        page = client.get(RULES)
        assert "Theo" in text_of(page)
        assert "An anonymous viewer" in text_of(page)
        assert "Mara" not in page.content.decode()
        for block in Block.objects.all():
            client.post(reverse("wallets:unblock", args=[block.pk]))
        assert "Nobody is blocked" in text_of(client.get(RULES))

    def test_knows_nobody_else_s_gifts(self, client, creator):
        gift = gift_from(UserFactory(), CreatorFactory())
        assert client.post(reverse("wallets:block", args=[gift.pk])).status_code == 404

    def test_is_for_creators(self, client, viewer):
        assert client.get(RULES).headers["Location"] == f"{reverse('profile')}#creator"

    def test_takes_as_many_queries_however_many_are_blocked(self, client, creator, django_assert_num_queries):
        for _ in range(3):
            client.post(reverse("wallets:block", args=[gift_from(UserFactory(), creator).pk]))
            client.get(RULES)
            with django_assert_num_queries(4):
                client.get(RULES)
