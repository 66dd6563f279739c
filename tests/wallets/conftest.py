import threading

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from ledger.queries import platform_balances
from tests.factories.desk import Desk
from tests.factories.people import UserFactory
from tests.wallets.checkout_site import CheckoutSite
from tests.wallets.stripe_stand_in import KEY, SECRET, StandIn
from wallets.models import ProviderEvent
from wallets.operations.events import handle_waiting


@pytest.fixture
def desk(settings):
    """The only payment provider there is, under the sandbox's name."""
    settings.PAYMENT_PROVIDERS = {"sandbox": "tests.factories.desk.Desk"}
    return Desk.reset()


@pytest.fixture
def viewer(db):
    return UserFactory(country="DE")


@pytest.fixture
def nothing_moves(db):
    """Every balance of every account is after the test what it was before."""
    before = platform_balances()
    yield
    assert platform_balances() == before


@pytest.fixture
def stand_in(settings):
    with StandIn() as server:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = KEY, SECRET
        settings.STRIPE_API_BASE = server.url
        settings.PAYMENT_PROVIDERS = {"stripe": "wallets.providers.stripe.adapter.StripeProvider"}
        settings.PAYMENT_PROVIDER = "stripe"
        yield server


@pytest.fixture
def deliver(client, stand_in):
    def post(kind: str, session: dict, event_id: str = "evt_1"):
        body, headers = stand_in.event(kind, session, event_id)
        url = reverse("wallets:payment_hook", args=["stripe"])
        assert client.post(url, body, content_type="application/json", headers=headers).status_code == 200
        handle_waiting(at=timezone.now())
        return ProviderEvent.objects.get(event_id=event_id)

    return post


@pytest.fixture(scope="session")
def _running_checkout(tmp_path_factory):
    site = CheckoutSite(tmp_path_factory.mktemp("state"))
    site.start()
    yield site
    site.kill()


@pytest.fixture
def site(_running_checkout, settings):
    """The sandbox checkout as a process of its own."""
    settings.SANDBOX_CHECKOUT_URL = _running_checkout.url
    return _running_checkout


@pytest.fixture
def worker(live_server):
    """Handles what providers send, as the schedule does."""
    over = threading.Event()
    thread = threading.Thread(target=_work, args=[over])
    thread.start()
    yield
    over.set()
    thread.join()


def _work(over: threading.Event) -> None:
    while not over.wait(0.05):
        handle_waiting(at=timezone.now())
    connections.close_all()


@pytest.fixture
def shop(site, live_server, settings, worker):
    """The portal, served where the checkout site can reach it."""
    settings.SITE_URL = live_server.url
    yield live_server
    site.forget_deliveries()
