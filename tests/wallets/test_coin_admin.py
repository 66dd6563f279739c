import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from tests.factories.people import StaffFactory, UserFactory
from tests.factories.purchases import NOW, event_for, package, paid, recorded
from wallets.models import CoinPackage, ProviderEvent
from wallets.operations.events import handle_payment_event

BODY = '{"id": "co_1", "status": "paid", "reference": "", "amount": 85, "currency": "EUR", "reason": ""}'


@pytest.fixture
def desk_of(client, db):
    """The admin, for somebody with these permissions."""

    def log_in(*names):
        staff = StaffFactory()
        staff.user_permissions.set(Permission.objects.filter(codename__in=names))
        client.force_login(get_user_model().objects.get(pk=staff.pk))
        return client

    return log_in


class TestCoinPurchaseAdmin:
    def test_writes_coins_as_the_site_does(self, desk_of):
        purchase = paid(UserFactory(), coins=17500)
        staff = desk_of("view_coinpurchase")
        for page in ("changelist", "change"):
            arguments = [purchase.pk] if page == "change" else []
            shown = staff.get(reverse(f"admin:wallets_coinpurchase_{page}", args=arguments)).text
            assert "17,500 coins" in shown

    def test_finds_a_purchase_by_its_viewer_or_reference(self, desk_of):
        purchase = paid(UserFactory(email="ada@example.test"))
        recorded(UserFactory())
        staff = desk_of("view_coinpurchase")
        for words in ("ada@example.test", purchase.provider_reference, str(purchase.pk)):
            page = staff.get(reverse("admin:wallets_coinpurchase_changelist"), {"q": words})
            assert page.context["cl"].result_count == 1

    @pytest.mark.parametrize("words", ["\x00", "01995b0e", "'"])
    def test_finds_nothing_for_words_that_make_no_sense(self, desk_of, words):
        staff = desk_of("view_coinpurchase")
        page = staff.get(reverse("admin:wallets_coinpurchase_changelist"), {"q": words})
        assert page.status_code == 200

    def test_asks_the_database_the_same_however_much_there_is(self, desk_of, django_assert_num_queries):
        staff = desk_of("view_coinpurchase")
        for more in (1, 7):
            for _ in range(more):
                paid(UserFactory())
            with django_assert_num_queries(8):  # two for the filters' choices
                staff.get(reverse("admin:wallets_coinpurchase_changelist"))

    def test_lets_nobody_change_one(self, admin_client):
        purchase = paid(UserFactory())
        change = reverse("admin:wallets_coinpurchase_change", args=[purchase.pk])
        assert admin_client.get(change).status_code == 200
        assert admin_client.post(change, {"state": "failed"}).status_code == 403
        delete = reverse("admin:wallets_coinpurchase_delete", args=[purchase.pk])
        assert admin_client.post(delete, {"post": "yes"}).status_code == 403


class TestProviderEventAdmin:
    def test_asks_the_database_the_same_however_many_there_are(self, desk_of, django_assert_num_queries):
        staff = desk_of("view_providerevent")
        for more in (1, 7):
            for _ in range(more):
                paid(UserFactory())
            with django_assert_num_queries(8):  # two for the filters' choices
                staff.get(reverse("admin:wallets_providerevent_changelist"))

    def test_shows_what_is_parked(self, desk_of):
        purchase = recorded(UserFactory())
        handle_payment_event(event=event_for(purchase, amount=1), at=NOW)
        handle_payment_event(event=event_for(purchase), at=NOW)
        staff = desk_of("view_providerevent")
        page = staff.get(reverse("admin:wallets_providerevent_changelist"), {"outcome__exact": "parked"})
        assert page.context["cl"].result_count == 1
        assert "It says 1 EUR; the price is 85 EUR" in page.text

    def test_keeps_the_raw_body_to_itself(self, admin_client):
        event = event_for(recorded(UserFactory()), raw='{"name": "Ada Lovelace"}')
        kept = handle_payment_event(event=event, at=NOW)
        page = admin_client.get(reverse("admin:wallets_providerevent_change", args=[kept.pk]))
        assert event.id in page.text
        assert "Lovelace" not in page.text


class TestLookAgain:
    @pytest.fixture
    def parked(self, db):
        event = event_for(recorded(UserFactory()), amount=1, raw=BODY)
        return handle_payment_event(event=event, at=NOW)

    def url(self, event):
        return reverse("admin:wallets_providerevent_actions", args=[event.pk, "apply_again"])

    def test_tells_what_came_of_it(self, desk_of, parked):
        staff = desk_of("view_providerevent", "change_providerevent")
        page = staff.get(reverse("admin:wallets_providerevent_change", args=[parked.pk]))
        assert "Look at it again" in page.text
        page = staff.post(self.url(parked), follow=True)
        assert "Looked at again: parked for staff. It names no purchase that we know." in page.text

    def test_tells_what_can_not_be_read(self, desk_of, parked):
        ProviderEvent.objects.update(raw="{}")
        staff = desk_of("view_providerevent", "change_providerevent")
        assert "not one of the sandbox" in staff.post(self.url(parked), follow=True).text

    def test_asks_before_anything_is_applied(self, desk_of, parked):
        staff = desk_of("view_providerevent", "change_providerevent")
        page = staff.get(self.url(parked))
        assert "coins and money move as it says" in page.text
        assert "It says 1 EUR; the price is 85 EUR" in page.text
        unchanged = ProviderEvent.objects.get()
        assert (unchanged.outcome, unchanged.note) == (parked.outcome, parked.note)

    def test_asks_for_the_permission(self, desk_of, parked):
        staff = desk_of("view_providerevent")
        page = staff.get(reverse("admin:wallets_providerevent_change", args=[parked.pk]))
        assert "Look at it again" not in page.text
        assert staff.post(self.url(parked)).status_code == 403
        assert staff.post(self.url(parked).replace(str(parked.pk), "x")).status_code == 404


class TestCoinPackageAdmin:
    def test_asks_the_database_the_same_however_many_there_are(self, desk_of, django_assert_num_queries):
        staff = desk_of("view_coinpackage")
        for region in ("US", "EU"):
            with django_assert_num_queries(6):
                staff.get(reverse("admin:wallets_coinpackage_changelist"))
            CoinPackage.objects.filter(region=region).delete()


class TestAnnouncePrice:
    def announce(self, staff, price, days=8):
        day = timezone.now() + dt.timedelta(days=days)
        url = reverse("admin:wallets_coinpackage_actions", args=[package().pk, "announce_price"])
        form = {"price": price, "first_date": f"{day:%Y-%m-%d}"}
        return staff.post(url, form)

    def test_adds_a_price_from_that_day_on(self, desk_of):
        staff = desk_of("view_coinpackage", "change_coinpackage")
        assert self.announce(staff, "0.95").status_code == 302
        assert CoinPackage.objects.get(region="EU", coins=70, available_until=None).price == 95

    @pytest.mark.parametrize(
        ("price", "days", "words"),
        [
            ("0.20", 8, "gifts to oneself would be a profit"),
            ("0.95", 2, "at least 7 days ahead"),
            ("0.955", 8, "EUR has 2 decimals"),
            ("x", 8, "Enter a number"),
        ],
    )
    def test_says_why_a_price_can_not_be(self, desk_of, price, days, words):
        staff = desk_of("view_coinpackage", "change_coinpackage")
        assert words in self.announce(staff, price, days).text
        assert CoinPackage.objects.count() == 35

    def test_asks_for_the_permission(self, desk_of):
        assert self.announce(desk_of("view_coinpackage"), "0.95").status_code == 403
        assert CoinPackage.objects.count() == 35

    def test_is_logged(self, desk_of):
        self.announce(desk_of("view_coinpackage", "change_coinpackage"), "0.95")
        assert "will cost €0.95" in LogEntry.objects.get().change_message


class TestEndSale:
    def withdraw(self, staff, days):
        day = timezone.now() + dt.timedelta(days=days)
        row = CoinPackage.objects.get(region="EU", coins=70)
        url = reverse("admin:wallets_coinpackage_actions", args=[row.pk, "end_sale"])
        return staff.post(url, {"first_date": f"{day:%Y-%m-%d}"}, follow=True)

    def test_takes_a_package_off_the_list_after_the_notice(self, desk_of):
        staff = desk_of("view_coinpackage", "change_coinpackage")
        assert "at least 7 days ahead" in self.withdraw(staff, 3).text
        assert "is sold until" in self.withdraw(staff, 8).text
        assert CoinPackage.objects.get(region="EU", coins=70).available_until is not None
        assert "This price ends on" in self.withdraw(staff, 9).text

    def test_asks_for_the_permission(self, desk_of):
        assert self.withdraw(desk_of("view_coinpackage"), 8).status_code == 403


class TestNewPackage:
    ADD = "/admin/wallets/coinpackage/add/"

    def add(self, staff, **facts):
        facts = {"region": "EU", "coins": "1000", "price": "12.50", "first_date": ""} | facts
        return staff.post(self.ADD, facts, follow=True)

    def test_is_added_at_a_price_as_it_is_read(self, desk_of):
        staff = desk_of("view_coinpackage", "add_coinpackage")
        assert "JP JPY (0)" in staff.get(self.ADD).text
        assert self.add(staff).status_code == 200
        new = CoinPackage.objects.get(region="EU", coins=1000)
        assert (new.price, new.currency) == (1250, "EUR")
        assert new.available_from <= timezone.now()
        self.add(staff, region="JP", price="1900")
        assert CoinPackage.objects.get(region="JP", coins=1000).price == 1900

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"price": "12.505"}, "EUR has 2 decimals"),
            ({"region": "JP", "price": "1900.5"}, "JPY has 0 decimals"),
            ({"coins": "70"}, "on the list of the region already"),
            ({"price": "1.00"}, "gifts to oneself would be a profit"),
            ({"first_date": "2020-01-01"}, "begin in the past"),
            ({"coins": "x"}, "whole number"),
        ],
    )
    def test_is_refused_with_a_reason(self, desk_of, facts, words):
        assert words in self.add(desk_of("view_coinpackage", "add_coinpackage"), **facts).text
        assert CoinPackage.objects.count() == 35

    def test_is_told_where_somebody_else_was_faster(self, desk_of, monkeypatch):
        staff = desk_of("view_coinpackage", "add_coinpackage")
        CoinPackage.objects.create(
            region="EU",
            coins=1000,
            price=1250,
            currency="EUR",
            available_from=timezone.now() + dt.timedelta(days=90),
        )
        monkeypatch.setattr("wallets.operations.packages.CoinPackage.objects.filter", lambda **_: Nothing)
        assert "Somebody else has just added" in self.add(staff).text

    def test_asks_for_the_permission(self, desk_of):
        assert self.add(desk_of("view_coinpackage")).status_code == 403


class Nothing:
    """What a query finds a moment too early."""

    first = staticmethod(lambda: None)
    exists = staticmethod(lambda: False)
