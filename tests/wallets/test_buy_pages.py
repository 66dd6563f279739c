"""Promotions, amounts of one's own, age and limits on the pages where coins are bought."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from ledger.units import format_amount
from tests.factories.freezes import freeze_for
from tests.factories.people import UserFactory
from tests.factories.promotions import promoted
from tests.factories.purchases import event_for, package, paid, recorded
from wallets.models import CoinPurchase, ViewerSettings
from wallets.operations.events import handle_payment_event
from wallets.operations.promotions import end_promotion
from wallets.providers import EventKind, ProviderUnreachable
from wallets.queries.offers import amount_offer, offers_for

BUY, AMOUNT, ABOUT = (reverse(f"wallets:{name}") for name in ("buy", "buy_amount", "buy_about"))


@pytest.fixture
def reader(client, viewer):
    client.force_login(viewer)
    return client


@pytest.fixture
def promotion(db):
    """A fifth off 700 coins, from now on."""
    now = timezone.now()
    return promoted(starts_at=now, ends_at=now + dt.timedelta(days=7), stock=9)


def reader_of(client, **facts):
    person = UserFactory(**facts)
    client.force_login(person)
    return person


class TestPromotions:
    def test_show_the_price_before_and_after_the_lowest_and_until_when(self, reader, promotion):
        page = reader.get(BUY).text
        for words in ("€6.72", "€8.40</s>", "Spring: −20 %", "30 days before: €8.40", "9 left", "Until "):
            assert words in page

    def test_show_what_comes_on_top(self, reader):
        promoted(bonus_coins=70, starts_at=timezone.now(), first_purchase_only=True)
        page = reader.get(BUY).text
        assert "Spring: +70 coins" in page
        assert "For your first purchase" in page
        assert "30 days before" not in page

    def test_of_a_first_purchase_say_where_they_are_held(self, reader, viewer, desk):
        promoted(bonus_coins=70, starts_at=timezone.now(), first_purchase_only=True)
        held = recorded(viewer, coins=700, at=timezone.now())
        page = reader.get(BUY).text
        assert "“Spring” waits in a purchase that you have not paid" in page
        assert f'href="{held.get_absolute_url()}"' in page
        handle_payment_event(event=event_for(held, EventKind.EXPIRED), at=timezone.now())
        page = reader.get(BUY).text
        assert "waits in a purchase" not in page
        assert "For your first purchase" in page

    def test_are_bought_at_what_was_shown(self, reader, viewer, desk, promotion):
        shown = next(offer.shown for offer in offers_for(viewer, timezone.now()) if offer.promotion)
        answer = reader.post(BUY, {"package": shown, "key": uuid.uuid4()})
        purchase = CoinPurchase.objects.get()
        assert answer["Location"] == purchase.checkout_url
        assert (purchase.price, purchase.list_price, purchase.promotion) == (672, 840, promotion)
        (order,) = desk.asked
        assert (order.price, order.title) == (672, "700 coins")

    def test_are_never_charged_otherwise_than_shown(self, reader, viewer, desk, nothing_moves, promotion):
        shown = next(offer.shown for offer in offers_for(viewer, timezone.now()) if offer.promotion)
        end_promotion(promotion_id=promotion.pk, ends_at=timezone.now(), at=promotion.starts_at)
        answer = reader.post(BUY, {"package": shown, "key": uuid.uuid4()})
        assert answer.status_code == 422
        assert "This offer has changed" in answer.text
        assert not CoinPurchase.objects.exists()

    def test_stand_on_the_purchase_and_say_what_is_a_bonus_there(self, reader, viewer, desk):
        promoted(bonus_coins=70, starts_at=timezone.now())
        purchase = recorded(viewer, coins=700, at=timezone.now())
        page = reader.get(purchase.get_absolute_url()).text
        assert "Bonus: Spring" in page
        reader.post(reverse("wallets:purchase_checkout", args=[purchase.pk]))
        assert desk.asked[0].title == "770 coins (70 of them a bonus)"

    def test_cost_the_page_the_same_however_many_there_are(self, reader, django_assert_num_queries):
        for number in range(1, 5):
            promoted(name=f"No. {number}", starts_at=timezone.now(), percent_off=number)
            with django_assert_num_queries(9):
                reader.get(BUY)


class TestACoolOff:
    def test_is_told_with_its_end_and_nothing_is_offered(self, reader, viewer):
        until = timezone.now() + dt.timedelta(days=3)
        ViewerSettings.objects.create(viewer=viewer, cool_off_until=until)
        page = reader.get(BUY).text
        assert "You chose to buy nothing until" in page
        assert "Continue to payment" not in page
        assert 'id="amount"' not in page
        ViewerSettings.objects.update(cool_off_until=timezone.now())
        assert "Continue to payment" in reader.get(BUY).text


class TestAFrozenWallet:
    def test_is_told_why_and_offered_nothing(self, reader, viewer):
        freeze_for(viewer)
        page = reader.get(BUY).text
        assert "Your wallet is frozen" in page
        assert "We look at it." in page
        assert "Continue to payment" not in page
        assert "Another amount" not in page

    def test_buys_nothing_from_an_older_page(self, reader, viewer, desk):
        shown = offers_for(viewer, timezone.now())[0].shown
        freeze_for(viewer)
        answer = reader.post(BUY, {"package": shown, "key": uuid.uuid4()})
        assert answer.status_code == 422
        assert "Your wallet is frozen. Your wallet&#x27;s page says why" in answer.text
        assert not CoinPurchase.objects.exists()


class TestAmount:
    def asked(self, reader, coins) -> str:
        return reader.get(AMOUNT, {"coins": coins}).text

    def test_tells_the_price_before_anything_is_bought(self, reader):
        assert "Pay €12.00 for 1,000 coins" in self.asked(reader, 1000)
        assert "Pay €12.00 for 1,000 coins" in reader.get(BUY, {"coins": "1000"}).text
        assert "Pay €" not in reader.get(BUY).text

    @pytest.mark.parametrize("coins", ["69", "40001", "-5", "x", "", "1.5", "\x00", "9" * 5000])
    def test_says_what_can_be_bought(self, reader, coins):
        assert "Write a whole number from 70 to 40,000." in self.asked(reader, coins)
        assert reader.get(BUY, {"coins": coins}).status_code == 200

    def post(self, reader, **facts):
        offer = amount_offer(offers_for(UserFactory(), timezone.now()), 1000)
        return reader.post(AMOUNT, {"coins": "1000", "shown": offer.shown, "key": uuid.uuid4()} | facts)

    def test_is_bought_at_what_was_shown_once(self, reader, desk):
        key = uuid.uuid4()
        assert self.post(reader, key=key)["Location"] == self.post(reader, key=key)["Location"]
        purchase = CoinPurchase.objects.get()
        assert (purchase.coins, purchase.price) == (1000, 1200)

    @pytest.mark.parametrize(
        "facts",
        [{"coins": "5"}, {"coins": "1001"}, {"shown": ""}, {"shown": "\x00"}, {"key": "x"}, {"key": "\x00"}],
    )
    def test_refuses_what_was_not_shown(self, reader, desk, nothing_moves, facts):
        answer = self.post(reader, **facts)
        assert answer.status_code == 422
        assert not CoinPurchase.objects.exists()


class TestAbout:
    def test_asks_for_the_birth_date_and_says_why(self, client, db):
        reader_of(client, birth_date=None)
        page = client.get(BUY).text
        assert "Before you buy" in page
        assert "Date of birth" in page
        assert "Choose your country" not in page
        assert "Continue to payment" not in page
        assert "<fieldset" in page
        assert "disabled" in page

    def test_asks_for_the_country_first(self, client, db):
        reader_of(client, birth_date=None, country="")
        page = client.get(BUY).text
        assert "Choose your country" in page
        assert 'name="package"' not in page

    def test_goes_on_to_the_prices(self, client, db):
        person = reader_of(client, birth_date=None, country="")
        answer = client.post(ABOUT, {"birth_date": "1990-01-01", "country": "JP"})
        assert answer["Location"] == BUY
        person.refresh_from_db()
        assert (str(person.birth_date), str(person.country)) == ("1990-01-01", "JP")
        assert "¥110" in client.get(BUY).text

    @pytest.mark.parametrize("date", [None, "x", "1800-01-01", "2999-01-01", "\x00"])
    def test_answers_bad_input_beside_the_field(self, client, db, date):
        person = reader_of(client, birth_date=None)
        answer = client.post(ABOUT, {"birth_date": date} if date else {})
        assert answer.status_code == 422
        assert 'id="id_birth_date_error"' in answer.text
        person.refresh_from_db()
        assert person.birth_date is None

    def test_changes_nothing_that_was_told(self, reader, viewer):
        reader.post(ABOUT, {"birth_date": "1950-01-01", "country": "JP"})
        viewer.refresh_from_db()
        assert (str(viewer.birth_date), str(viewer.country)) == ("1990-05-17", "DE")

    def test_sells_nothing_to_the_young(self, client, db, desk, nothing_moves):
        young = timezone.now().date() - dt.timedelta(days=17 * 365)
        person = reader_of(client, birth_date=young)
        page = client.get(BUY).text
        assert "from the age of 18" in page
        assert "Continue to payment" not in page
        shown = offers_for(person, timezone.now())[0].shown
        answer = client.post(BUY, {"package": shown, "key": uuid.uuid4()})
        assert answer.status_code == 422
        assert not CoinPurchase.objects.exists()


class TestLimits:
    def test_say_what_is_left_and_when_it_fits_again(self, reader, viewer, desk):
        for _ in range(2):
            paid(viewer, coins=17_500, at=timezone.now())
        shown = offers_for(viewer, timezone.now())[-1].shown
        answer = reader.post(BUY, {"package": shown, "key": uuid.uuid4()})
        assert answer.status_code == 422
        for words in ("coins for about €", " a day. Of that about €", "is left", "fits again from"):
            assert words in answer.text
        assert CoinPurchase.objects.count() == 2


class TestAgain:
    def failed(self, viewer, **facts) -> CoinPurchase:
        purchase = recorded(viewer, at=timezone.now(), **facts)
        event = event_for(purchase, EventKind.FAILED, reason="The card was declined.")
        handle_payment_event(event=event, at=timezone.now())
        return purchase

    def again(self, reader, purchase, **facts):
        offer = amount_offer(offers_for(purchase.viewer, timezone.now()), purchase.paid_coins)
        form = {"shown": offer.shown, "key": uuid.uuid4()} | facts
        return reader.post(reverse("wallets:purchase_again", args=[purchase.pk]), form)

    def test_explains_and_offers_the_same_at_todays_price(self, reader, viewer):
        page = reader.get(self.failed(viewer).get_absolute_url()).text
        for words in ("The card was declined.", "Was anything charged?", "Try again: 70 coins for €0.85"):
            assert words in page

    def test_begins_a_new_purchase_of_the_same(self, reader, viewer, desk):
        old = self.failed(viewer, coins=700)
        key = uuid.uuid4()
        answers = {self.again(reader, old, key=key)["Location"] for _ in range(2)}
        new = CoinPurchase.objects.exclude(pk=old.pk).get()
        assert answers == {new.checkout_url}
        assert (new.coins, new.package) == (700, old.package)

    def test_shows_a_price_that_has_changed_before_it_is_paid(self, reader, viewer, desk, nothing_moves):
        old = self.failed(viewer, coins=700)
        seen = offers_for(viewer, timezone.now())[2].shown
        promoted(starts_at=timezone.now())
        answer = self.again(reader, old, shown=seen)
        assert answer.status_code == 422
        assert "Try again: 700 coins for €6.72" in answer.text
        assert CoinPurchase.objects.count() == 1

    def test_tells_what_is_wrong_with_the_provider(self, reader, viewer, desk):
        old = self.failed(viewer)
        desk.fault = ProviderUnreachable("time-out")
        answer = self.again(reader, old)
        assert answer.status_code == 422
        assert "does not answer at the moment" in answer.text

    @pytest.mark.parametrize("form", [{"key": ""}, {"key": "\x00"}, {"shown": "\x00"}])
    def test_answers_what_makes_no_sense(self, reader, viewer, desk, form):
        assert self.again(reader, self.failed(viewer), **form).status_code == 422

    def test_is_not_found_by_others(self, reader):
        assert self.again(reader, self.failed(UserFactory())).status_code == 404

    def test_stands_on_the_wallet_until_it_is_made_good(self, reader, viewer):
        old = self.failed(viewer, coins=700)
        page = reader.get(reverse("wallets:wallet")).text
        assert "Did not go through" in page
        assert old.get_absolute_url() in page
        paid(viewer, at=timezone.now())
        assert "Did not go through" not in reader.get(reverse("wallets:wallet")).text


@pytest.mark.django_db
class TestStrangers:
    @pytest.mark.parametrize("url", [AMOUNT, ABOUT])
    def test_are_sent_to_log_in(self, client, url):
        assert reverse("account_login") in client.post(url)["Location"]


class TestQuickBuy:
    def test_shows_todays_prices(self, reader, promotion):
        page = reader.get(reverse("wallets:wallet")).text
        assert "€6.72" in page
        assert format_amount(package(coins=70).price, "EUR") in page
