"""What viewers, staff and the bank do at the sandbox checkout. Messages leave at once and come once, but
where a test asks for other habits."""

import uuid

import requests
from django.utils import timezone

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from tests.factories.people import StaffFactory, UserFactory
from tests.factories.purchases import NOW, package
from tests.wallets.checkout_site import eventually
from wallets.models import CoinPurchase, CoinRefund
from wallets.operations.purchases import start_purchase
from wallets.operations.refunds import approve_refund, request_refund, send_refund
from wallets.providers.sandbox.site.app import PAYING_CARD
from wallets.providers.sandbox.site.store import Habits, habits
from wallets.states import PurchaseState

PROMPT = Habits(late=False, twice=False)


def start(wanted: Habits = PROMPT) -> CoinPurchase:
    """A purchase whose messages travel like that: the checkout's id decides it."""
    viewer = UserFactory()
    for _ in range(300):
        purchase = start_purchase(viewer=viewer, package_id=package().pk, key=str(uuid.uuid4()), at=NOW)
        if habits(purchase.provider_reference) == wanted:
            return purchase
    raise AssertionError(f"no checkout with {wanted} among 300")


def decide(purchase: CoinPurchase, number: str = PAYING_CARD, **form) -> requests.Response:
    return requests.post(
        purchase.checkout_url, data={"number": number} | form, allow_redirects=False, timeout=10
    )


def becomes(purchase: CoinPurchase, state: PurchaseState) -> CoinPurchase:
    eventually(lambda: CoinPurchase.objects.filter(pk=purchase.pk, state=state).exists(), f"it is {state}")
    purchase.refresh_from_db()
    return purchase


def coins(purchase: CoinPurchase) -> int:
    return balance(VIEWER_COINS.of(purchase.viewer_id))


def bought(**form) -> CoinPurchase:
    purchase = start()
    decide(purchase, **form)
    return becomes(purchase, PurchaseState.PAID)


def act(purchase: CoinPurchase, **form) -> requests.Response:
    return requests.post(f"{purchase.checkout_url}/bank", data=form, allow_redirects=False, timeout=10)


def refunded(purchase: CoinPurchase) -> CoinRefund:
    refund = request_refund(purchase_id=purchase.pk, viewer=purchase.viewer, key="k", at=timezone.now())
    approve_refund(refund_id=refund.pk, actor=StaffFactory(is_superuser=True), at=timezone.now())
    return send_refund(refund_id=refund.pk, at=timezone.now())


def ends(rows, state: str) -> None:
    eventually(lambda: rows.filter(state=state).exists(), f"it is {state}")
