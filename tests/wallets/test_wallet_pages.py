import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from ledger.chart import COINS_ISSUED, VIEWER_COINS
from ledger.operations import Transfer, post
from tests.factories.freezes import freeze_for
from tests.factories.people import UserFactory
from tests.factories.purchases import NOW, event_for, package, paid, recorded
from wallets.models import CoinPurchase
from wallets.operations.events import handle_payment_event
from wallets.operations.limits import cool_off
from wallets.operations.purchases import start_purchase
from wallets.providers import EventKind, ProviderRefused, ProviderUnreachable
from wallets.queries.history import history


@pytest.fixture
def reader(client, viewer):
    client.force_login(viewer)
    return client


def started(viewer, at=None) -> CoinPurchase:
    return start_purchase(
        viewer=viewer, package_id=package().pk, key=str(uuid.uuid4()), at=at or timezone.now()
    )


class TestWallet:
    def test_shows_the_balance_and_what_moved_it(self, reader, viewer):
        paid(viewer, coins=1400)
        page = reader.get(reverse("wallets:wallet")).text
        assert "1,400 coins" in page
        assert "Coins bought" in page
        assert "€16.80" in page

    def test_begins_with_a_way_to_the_first_coins(self, reader):
        page = reader.get(reverse("wallets:wallet")).text
        assert "No coins have moved yet" in page
        assert reverse("wallets:buy") in page
        assert "every 2s" not in page

    def test_explains_and_watches_what_is_on_its_way(self, reader, viewer, desk):
        purchase = started(viewer)
        page = reader.get(reverse("wallets:wallet")).text
        assert "Waiting for payment" in page
        assert purchase.get_absolute_url() in page
        assert f'hx-get="{reverse("wallets:wallet_standing")}?seen=0-1-1"' in page

    def test_stops_watching_what_is_long_open(self, reader, viewer, desk):
        started(viewer, at=timezone.now() - dt.timedelta(hours=1))
        page = reader.get(reverse("wallets:wallet")).text
        assert "Waiting for payment" in page
        assert "every 2s" not in page

    def test_asks_the_database_the_same_however_much_there_is(
        self, reader, viewer, desk, django_assert_num_queries
    ):
        for more in (1, 6):
            for _ in range(more):
                paid(viewer)
                started(viewer)
            with django_assert_num_queries(11):
                reader.get(reverse("wallets:wallet"))


class TestWalletStanding:
    def test_says_nothing_while_nothing_is_new(self, reader, viewer, desk):
        started(viewer)
        answer = reader.get(reverse("wallets:wallet_standing"), {"seen": "0-1-1"})
        assert (answer.status_code, answer.content) == (204, b"")

    def test_fills_once_it_is_paid_and_then_rests(self, reader, viewer, desk):
        purchase = started(viewer)
        handle_payment_event(event=event_for(purchase), at=timezone.now())
        news = reader.get(reverse("wallets:wallet_standing"), {"seen": "0-1-1"}).text
        assert "70 coins" in news
        assert "Coins bought" in news
        assert "every 2s" not in news

    def test_is_looked_at_whenever_the_reader_comes_back_to_the_page(self, reader, viewer, desk):
        page = reader.get(reverse("wallets:wallet")).text
        assert 'hx-trigger="visibilitychange from:document, focus from:window"' in page
        started(viewer)
        news = reader.get(reverse("wallets:wallet_standing"), {"seen": "0-0-0"}).text
        assert "Waiting for payment" in news
        assert 'hx-trigger="every 2s, visibilitychange from:document, focus from:window"' in news


class TestBuy:
    def buy(self, reader, chosen, key=None):
        shown = f"{chosen.pk}:{chosen.coins}:{chosen.price}"
        return reader.post(reverse("wallets:buy"), {"package": shown, "key": key or uuid.uuid4()})

    @pytest.mark.parametrize(
        ("country", "shown", "hint"),
        [("DE", "€4.20", "€1.20 per 100"), ("JP", "¥550", "¥157 per 100"), ("KR", "$3.70", "$1.06 per 100")],
    )
    def test_lists_the_prices_of_the_readers_country(self, client, db, country, shown, hint):
        client.force_login(UserFactory(country=country))
        page = client.get(reverse("wallets:buy")).text
        assert shown in page
        assert hint in page
        assert page.count('type="radio"') == 7
        assert "What 100 coins cost depends on the package" in page

    def test_chooses_what_the_link_named(self, reader):
        chosen = package("EU", 350)
        page = reader.get(reverse("wallets:buy"), {"package": chosen.pk}).text
        assert page.count("checked") == 1

    @pytest.mark.parametrize("named", ["", "x", "01995b0e-0000-7000-8000-000000000000", "\x00"])
    def test_chooses_nothing_for_a_link_that_names_nothing(self, reader, named):
        page = reader.get(reverse("wallets:buy"), {"package": named})
        assert page.status_code == 200
        assert "checked" not in page.text

    def test_goes_on_to_the_payment_page(self, reader, desk):
        answer = self.buy(reader, package())
        purchase = CoinPurchase.objects.get()
        assert answer.status_code == 302
        assert answer["Location"] == purchase.checkout_url

    def test_buys_once_however_often_the_button_is_pressed(self, reader, desk):
        key = uuid.uuid4()
        assert self.buy(reader, package(), key)["Location"] == self.buy(reader, package(), key)["Location"]
        self.buy(reader, package(coins=350), key)
        assert sorted(CoinPurchase.objects.values_list("coins", flat=True)) == [70, 350]

    @pytest.mark.parametrize("fault", [ProviderUnreachable("time-out"), ProviderRefused("No")])
    def test_tells_what_is_wrong_with_the_provider(self, reader, desk, nothing_moves, fault):
        desk.fault = fault
        answer = self.buy(reader, package())
        assert answer.status_code == 422
        assert "Nothing was charged" in answer.text

    @pytest.mark.parametrize(
        "form",
        [
            {},
            {"package": "x", "key": "x"},
            {"package": "", "key": "\x00"},
            {"package": "\x00", "key": "01995b0e-0000-7000-8000-000000000000"},
        ],
    )
    def test_answers_bad_input_beside_the_field(self, reader, desk, nothing_moves, form):
        answer = reader.post(reverse("wallets:buy"), form)
        assert answer.status_code == 422
        assert 'id="package-error"' in answer.text
        assert not CoinPurchase.objects.exists()

    def test_refuses_a_package_of_another_country(self, reader, desk, nothing_moves):
        answer = self.buy(reader, package("BR"))
        assert answer.status_code == 422
        assert "no longer on sale in your country" in answer.text

    def test_asks_the_database_little(self, reader, django_assert_num_queries):
        with django_assert_num_queries(7):
            reader.get(reverse("wallets:buy"))


class TestPurchase:
    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            (EventKind.PAID, "70 coins are in your wallet"),
            (EventKind.FAILED, "The payment did not go through"),
            (EventKind.EXPIRED, "The payment page was closed unpaid"),
        ],
    )
    def test_says_how_it_ended_and_what_is_next(self, reader, viewer, desk, kind, words):
        purchase = started(viewer)
        handle_payment_event(event=event_for(purchase, kind), at=NOW)
        page = reader.get(purchase.get_absolute_url()).text
        assert words in page
        assert "hx-get" not in page
        assert 'class="button"' in page

    def test_watches_while_the_provider_is_silent(self, reader, viewer, desk):
        purchase = started(viewer)
        page = reader.get(purchase.get_absolute_url()).text
        assert "Waiting for the payment provider" in page
        assert purchase.checkout_url in page
        standing = reverse("wallets:purchase_standing", args=[purchase.pk])
        assert f"{standing}?seen=pending" in page
        assert reader.get(standing, {"seen": "pending"}).status_code == 204

    def test_changes_by_itself_once_it_is_paid(self, reader, viewer, desk):
        purchase = started(viewer)
        handle_payment_event(event=event_for(purchase), at=NOW)
        standing = reverse("wallets:purchase_standing", args=[purchase.pk])
        assert "are in your wallet" in reader.get(standing, {"seen": "pending"}).text

    def test_tells_who_left_that_nothing_was_charged(self, reader, viewer, desk):
        page = reader.get(started(viewer).get_absolute_url(), {"left": "1"}).text
        assert "You left before paying" in page

    def test_opens_what_could_not_be_opened(self, reader, viewer, desk):
        purchase = recorded(viewer)
        assert "could not be opened" in reader.get(purchase.get_absolute_url()).text
        checkout = reverse("wallets:purchase_checkout", args=[purchase.pk])
        desk.fault = ProviderUnreachable("time-out")
        assert "try again in a minute" in reader.post(checkout).text
        desk.fault = None
        assert reader.post(checkout)["Location"] == f"https://pay.test/{purchase.pk}"

    @pytest.mark.parametrize("stop", ["cool-off", "freeze"])
    def test_opens_no_checkout_while_nothing_may_be_bought(self, reader, viewer, desk, stop):
        now = timezone.now()
        purchase = recorded(viewer, at=now)
        if stop == "freeze":
            freeze_for(viewer)
        else:
            cool_off(viewer=viewer, until=now + dt.timedelta(days=1), at=now)
        answer = reader.post(reverse("wallets:purchase_checkout", args=[purchase.pk]))
        assert answer.status_code == 422
        assert {"freeze": "Your wallet is frozen", "cool-off": "You chose to buy"}[stop] in answer.text
        assert not desk.asked

    @pytest.mark.parametrize("name", ["purchase", "purchase_standing", "purchase_checkout"])
    def test_is_not_found_by_others(self, reader, desk, name):
        url = reverse(f"wallets:{name}", args=[recorded(UserFactory()).pk])
        assert (reader.post if name == "purchase_checkout" else reader.get)(url).status_code == 404


class TestHistory:
    def shown(self, page) -> list[tuple[int, int]]:
        return [(movement.amount, movement.balance) for movement in page.movements]

    def test_adds_up_from_page_to_page_in_both_directions(self, viewer):
        for size in (70, 350, 70, 700, 70):
            paid(viewer, coins=size)
        newest = history(viewer, limit=2)
        middle = history(viewer, limit=2, before=newest.older)
        oldest = history(viewer, limit=2, before=middle.older)
        assert self.shown(newest) == [(70, 1260), (700, 1190)]
        assert self.shown(middle) == [(70, 490), (350, 420)]
        assert self.shown(oldest) == [(70, 70)]
        assert newest.newer is oldest.older is None
        assert history(viewer, limit=2, after=oldest.newer).movements == middle.movements
        assert history(viewer, limit=2, after=middle.newer).movements == newest.movements
        assert history(viewer, limit=2, after=middle.newer).newer is None

    def test_words_what_it_does_not_know(self, reader, viewer):
        transfer = Transfer(COINS_ISSUED.platform(), VIEWER_COINS.of(viewer.pk), 5)
        post(kind="birthday_present", key="k", at=NOW, transfers=[transfer])
        assert "Birthday present" in reader.get(reverse("wallets:history")).text

    def test_shows_the_hour_of_the_readers_clock(self, reader, viewer):
        paid(viewer, at=dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC))
        assert "1:00 PM" in reader.get(reverse("wallets:history")).text

    def test_leads_to_older_and_newer_lines(self, reader, viewer):
        for _ in range(25):
            paid(viewer)
        first = reader.get(reverse("wallets:history"))
        assert "Newer" not in first.text
        older = first.context["page"].older
        second = reader.get(reverse("wallets:history"), {"before": older})
        assert second.text.count("Coins bought") == 5
        assert "Older" not in second.text
        back = reader.get(reverse("wallets:history"), {"after": second.context["page"].newer})
        assert back.context["page"].movements == first.context["page"].movements

    def test_begins_empty(self, reader):
        assert "Nothing here yet" in reader.get(reverse("wallets:history")).text

    @pytest.mark.parametrize("cursor", ["x", "", "\x00", "01995b0e-0000-7000-8000-000000000000"])
    @pytest.mark.parametrize("direction", ["before", "after"])
    def test_answers_cursors_that_make_no_sense(self, reader, viewer, direction, cursor):
        paid(viewer)
        assert reader.get(reverse("wallets:history"), {direction: cursor}).status_code == 200

    def test_asks_the_database_the_same_however_much_there_is(
        self, reader, viewer, django_assert_num_queries
    ):
        for more in (1, 14):
            for _ in range(more):
                paid(viewer)
            with django_assert_num_queries(5):
                reader.get(reverse("wallets:history"))


@pytest.mark.django_db
class TestStrangers:
    @pytest.mark.parametrize("name", ["wallet", "wallet_standing", "buy", "history", "purchases"])
    def test_are_sent_to_log_in(self, client, name):
        answer = client.get(reverse(f"wallets:{name}"))
        assert answer.status_code == 302
        assert reverse("account_login") in answer["Location"]
