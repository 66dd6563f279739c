import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.people import StaffFactory, UserFactory
from tests.factories.purchases import dispute_event, paid, recorded
from wallets.operations.events import handle_payment_event
from wallets.operations.refunds import reject_refund, request_refund
from wallets.views.purchases import PAGE

LIST = reverse("wallets:purchases")


@pytest.fixture
def reader(client, viewer):
    client.force_login(viewer)
    return client


def bought(viewer, days: int = 1):
    return paid(viewer, at=timezone.now() - dt.timedelta(days=days))


def ways(purchase) -> tuple[str, str]:
    """To its receipt, and to give its coins back."""
    return tuple(
        f'href="{reverse(f"wallets:{name}", args=[purchase.pk])}"' for name in ("receipt", "ask_refund")
    )


def open_ways(reader, purchase) -> tuple[bool, bool]:
    page = reader.get(LIST).text
    return tuple(way in page for way in ways(purchase))


@pytest.mark.django_db
class TestPurchases:
    def test_stand_in_the_wallet_at_its_word_on_refunds(self, reader):
        assert f'except by a <a href="{LIST}">refund</a>' in reader.get(reverse("wallets:wallet")).text

    def test_lead_to_their_receipts_and_refunds(self, reader, viewer):
        purchase, unpaid = bought(viewer), recorded(viewer)
        assert open_ways(reader, purchase) == (True, True)
        assert open_ways(reader, unpaid) == (False, False)
        assert unpaid.get_absolute_url() in reader.get(LIST).text

    def test_go_back_within_their_days(self, reader, viewer):
        assert open_ways(reader, bought(viewer, days=15)) == (True, False)

    def test_go_back_once_at_a_time(self, reader, viewer):
        purchase = bought(viewer)
        refund = request_refund(purchase_id=purchase.pk, viewer=viewer, key="k", at=timezone.now())
        assert open_ways(reader, purchase) == (True, False)
        assert f'href="{refund.get_absolute_url()}">€0.85 back: ' in reader.get(LIST).text
        boss = StaffFactory(is_superuser=True)
        reject_refund(refund_id=refund.pk, actor=boss, reason="Not now", at=timezone.now())
        assert open_ways(reader, purchase) == (True, True)

    def test_do_not_go_back_while_the_bank_has_them(self, reader, viewer):
        purchase = bought(viewer)
        handle_payment_event(event=dispute_event(purchase), at=timezone.now())
        assert open_ways(reader, purchase) == (True, False)
        assert "Disputed at your bank" in reader.get(LIST).text

    def test_are_ones_own_alone(self, reader):
        assert bought(UserFactory()).get_absolute_url() not in reader.get(LIST).text
        assert "You have bought no coins yet" in reader.get(LIST).text

    def test_cost_the_database_the_same_however_many_there_are(
        self, reader, viewer, django_assert_num_queries
    ):
        for more in (1, PAGE):
            for _ in range(more):
                recorded(viewer)
            with django_assert_num_queries(5):
                page = reader.get(LIST).text
        assert "Page 1 of 2" in page
