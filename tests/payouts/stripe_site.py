"""Stripe for tests: the demo's sandbox of it, in a thread and on a port of its own."""

import threading

import pytest
import requests
from werkzeug.serving import make_server

from payouts.rails.stripe.sandbox import KEY
from payouts.rails.stripe.sandbox.__main__ import QuietHandler
from payouts.rails.stripe.sandbox.app import create_app
from payouts.rails.stripe.sandbox.store import Store


class StripeSite:
    def __init__(self, path) -> None:
        self.store = Store(path)
        self.app = create_app(self.store, KEY)
        self._server = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=QuietHandler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def reset(self) -> None:
        self.app.config.update(SHORT_OF_MONEY=False, BROKEN="")
        with self.store.writing() as connection:
            connection.execute("DELETE FROM object")
            connection.execute("DELETE FROM request")

    def made(self, kind: str) -> list[dict]:
        with self.store.writing() as connection:
            return self.store.all(connection, kind)

    def account(self, transfers: str = "active", country: str = "DE") -> dict:
        """One that is filled in already."""
        with self.store.writing() as connection:
            return self.store.create(
                connection,
                "account",
                country=country,
                capabilities={"transfers": transfers},
                requirements={"currently_due": [], "disabled_reason": None},
            )

    def visit(self, link: str, choice: str) -> str:
        """What a creator does on the onboarding page; the address it sends them to."""
        assert requests.get(link, timeout=5).status_code == 200
        answer = requests.post(link, {"choice": choice}, timeout=5, allow_redirects=False)
        assert answer.status_code == 303
        return answer.headers["Location"]

    def reverse(self, transfer_id: str, **form) -> None:
        """By someone at Stripe's own dashboard."""
        headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": str(len(self.made("event")))}
        url = f"{self.url}/v1/transfers/{transfer_id}/reversals"
        requests.post(url, form, headers=headers, timeout=5).raise_for_status()


@pytest.fixture(scope="session")
def _running_stripe(tmp_path_factory):
    site = StripeSite(tmp_path_factory.mktemp("stripe") / "stripe.sqlite3")
    try:
        yield site
    finally:
        site.stop()


@pytest.fixture
def stripe_site(_running_stripe, settings):
    """A Stripe as new, at which the portal has its account, and over which alone it pays."""
    _running_stripe.reset()
    settings.STRIPE_CONNECT_SECRET_KEY = KEY
    settings.STRIPE_CONNECT_API_BASE = _running_stripe.url
    settings.PAYOUT_RAILS = {"stripe": "payouts.rails.stripe.rail.StripeRail"}
    return _running_stripe
