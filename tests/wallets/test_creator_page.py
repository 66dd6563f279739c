"""The creator's page, what it shows before a gift is sent, and sending from it with and without scripts."""

import re
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from ledger import queries
from ledger.chart import VIEWER_COINS
from ledger.operations import set_rate
from tests.factories.gifts import gift_from, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import GiftType
from wallets.operations.undo import undo_gift
from wallets.queries.gift_previews import cost_shown

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
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", plain)


def key_in(response) -> str:
    return re.search(r'name="key" value="([^"]+)"', response.content.decode()).group(1)


def cost_shown_for(facts) -> str:
    gift_type = GiftType.objects.filter(slug=facts["gift_type"]).first()
    return cost_shown(gift_type, int(facts["quantity"])) if gift_type and facts["quantity"] != "x" else ""


def send(client, handle="lumi", *, htmx=False, **facts):
    facts = {"gift_type": "lantern", "quantity": "1", "message": "", "key": str(uuid.uuid4())} | facts
    if not htmx and "shown" not in facts:
        facts["shown"] = cost_shown_for(facts)
    return client.post(reverse("wallets:send_gift", args=[handle]), facts, headers=HTMX if htmx else {})


def coins(viewer) -> int:
    return queries.balance(VIEWER_COINS.of(viewer.pk))


class TestCreatorPage:
    def test_shows_every_gift_from_the_cheapest_to_the_dearest(self, client, creator):
        page = client.get("/c/lumi/").content.decode()
        slugs = re.findall(r'name="gift_type" value="([^"]+)"', page)
        assert slugs == list(GiftType.objects.order_by("coins", "slug").values_list("slug", flat=True))
        assert "44,999 coins" in page

    def test_has_a_picture_of_every_gift(self):
        from portal.settings import BASE_DIR

        drawn = set(re.findall(r'<symbol id="([^"]+)"', (BASE_DIR / "static/img/gifts.svg").read_text()))
        assert set(GiftType.objects.values_list("picture", flat=True)) <= drawn

    def test_is_found_whatever_the_case_of_the_handle(self, client, creator):
        assert client.get("/c/LuMi/").status_code == 200

    @pytest.mark.parametrize("handle", ["nobody", "viewer", "gone", "a%00b", "%20", "x" * 31])
    def test_is_not_found_for_others(self, client, handle):
        UserFactory(handle="viewer")
        CreatorFactory(handle="gone", is_active=False)
        for path in ("", "latest/", "preview/"):
            assert client.get(f"/c/{handle}/{path}").status_code == 404
        client.force_login(UserFactory())
        assert client.post(f"/c/{handle}/gifts/").status_code == 404

    def test_offers_strangers_a_login_that_leads_back(self, client, creator):
        page = client.get("/c/lumi/")
        assert f'href="{reverse("account_login")}?next=/c/lumi/"' in page.content.decode()
        assert "data-balance" not in page.content.decode()

    def test_tells_creators_that_it_is_theirs(self, client, creator):
        client.force_login(creator)
        page = client.get("/c/lumi/").content.decode()
        assert "This is your page" in page
        assert 'name="gift_type"' not in page

    def test_says_so_when_nothing_is_on_sale(self, client, creator, viewer):
        GiftType.objects.all().delete()
        assert "No gifts at the moment" in client.get("/c/lumi/").content.decode()
        assert client.get("/c/lumi/preview/").status_code == 200
        assert send(client).status_code == 422
        assert send(client, htmx=True).status_code == 200

    def test_takes_as_many_queries_however_many_gifts_came(
        self, client, creator, viewer, django_assert_num_queries
    ):
        client.get("/c/lumi/")
        for more in (1, 5):
            for _ in range(more):
                gift_from(UserFactory(), creator)
            with django_assert_num_queries(14):
                client.get("/c/lumi/")


class TestPreview:
    @pytest.fixture
    def euro(self):
        now = timezone.now()
        set_rate(
            base="USD", quote="EUR", value=Decimal("0.9"), effective_at=now, at=now, by=None, reason="Test"
        )

    def test_tells_cost_net_and_balance_after_before_anything_is_sent(self, client, creator, viewer, euro):
        page = text_of(client.get("/c/lumi/?gift_type=lantern"))
        assert "1 × Lantern 99 coins" in page
        assert "Lumi Aalto nets 99.00 diamonds about €0.44" in page
        assert "Your balance after 1 coin" in page

    def test_prices_coins_as_the_viewers_smallest_package_does(self, client, creator, viewer):
        # 70 coins cost EUR 0.99 in the euro countries, JPY 160 in Japan: 20 coins are 20/70 of that.
        address = "/c/lumi/preview/?gift_type=inkdrop"
        from tests.factories.purchases import package

        for country, region in (("DE", "EU"), ("JP", "JP")):
            viewer.country = country
            viewer.save()
            smallest = package(region)
            shown = {"EU": "€{:.2f}", "JP": "¥{:.0f}"}[region]
            parts = smallest.price * 20 / smallest.coins
            assert shown.format(parts / 100 if region == "EU" else parts) in text_of(client.get(address))

    def test_names_what_is_missing_and_where_to_buy_it(self, client, creator, viewer):
        page = client.get("/c/lumi/preview/?gift_type=lantern&quantity=2")
        assert "98 coins are missing." in text_of(page)
        assert reverse("wallets:buy") in page.content.decode()

    def test_tells_the_net_in_dollars_where_no_rate_is_known(self, client, creator, viewer, settings):
        settings.FX_OLDEST_DAYS = -1
        page = text_of(client.get("/c/lumi/preview/?gift_type=lantern"))
        assert "Lumi Aalto nets 99.00 diamonds $0.49" in page

    def test_calls_less_than_a_cent_that(self, client, creator):
        assert "1.00 diamond under $0.01" in text_of(client.get("/c/lumi/preview/?gift_type=clover"))

    @pytest.mark.parametrize("quantity", ["0", "1000", "-1", "x", "", "1e9", "9" * 5000, "٣x"])
    def test_asks_for_a_quantity_that_makes_sense(self, client, creator, quantity):
        page = client.get("/c/lumi/preview/", {"gift_type": "kite", "quantity": quantity})
        assert page.status_code == 200
        assert "Send 1 to 999 at once." in text_of(page)

    @pytest.mark.parametrize("slug", ["", "nothing", "\x00", "x" * 9999])
    def test_shows_the_first_gift_for_one_that_is_not_there(self, client, creator, slug):
        page = client.get("/c/lumi/preview/", {"gift_type": slug, "quantity": "1"})
        assert "1 × Clover" in text_of(page)

    def test_takes_as_many_queries_however_much_is_sent(
        self, client, creator, viewer, django_assert_num_queries
    ):
        address = "/c/lumi/preview/?gift_type=clover&quantity=99"
        client.get(address)
        with django_assert_num_queries(9):
            client.get(address)


class TestLatestGifts:
    def test_shows_who_sent_what(self, client, creator):
        gift_from(
            UserFactory(display_name="Mara <b>"), creator, "kite", quantity=2, message="<script>hi</script>"
        )
        page = client.get("/c/lumi/latest/").content.decode()
        assert "<strong><bdi>Mara &lt;b&gt;</bdi></strong> sent 2 × Kite" in page
        assert "&lt;script&gt;hi" in page

    def test_never_shows_an_email(self, client, creator):
        gift_from(UserFactory(display_name="", handle="", email="secret@example.test"), creator)
        page = client.get("/c/lumi/latest/").content.decode()
        assert "A viewer" in page
        assert "secret" not in page

    def test_is_silent_while_nothing_is_new(self, client, creator):
        gift = gift_from(UserFactory(), creator)
        assert client.get(f"/c/lumi/latest/?seen={gift.pk}:1").status_code == 204
        other = gift_from(UserFactory(), creator)
        assert client.get(f"/c/lumi/latest/?seen={gift.pk}:1").status_code == 200
        assert client.get(f"/c/lumi/latest/?seen={other.pk}:2").status_code == 204
        undo_gift(viewer=gift.viewer, gift_id=gift.pk, at=gift.sent_at)
        assert client.get(f"/c/lumi/latest/?seen={other.pk}:2").status_code == 200

    def test_joins_the_taps_of_a_streak(self, client, creator):
        viewer, streak = UserFactory(), uuid.uuid4()
        for _ in range(3):
            gift_from(viewer, creator, quantity=2, streak_id=streak)
        assert "sent 6 × Spark Tap" in text_of(client.get("/c/lumi/latest/"))

    def test_says_so_when_there_is_none(self, client, creator):
        assert "No gifts yet" in client.get("/c/lumi/latest/?seen=%00").content.decode()

    def test_is_bounded_and_takes_two_queries(self, client, creator, django_assert_num_queries):
        for _ in range(21):
            gift_from(UserFactory(), creator)
        with django_assert_num_queries(2):
            page = client.get("/c/lumi/latest/").content.decode()
        assert page.count("<li ") == 20
