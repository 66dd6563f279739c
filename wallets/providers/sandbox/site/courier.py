"""Delivers the signed messages, each until the shop answers 2xx."""

import datetime as dt
import logging
import threading
import time

import requests
from standardwebhooks.webhooks import Webhook

from wallets.providers.sandbox.site.claims import Claims
from wallets.providers.sandbox.site.store import Store

PAUSE = 0.2
TIMEOUT = 5
logger = logging.getLogger(__name__)


class Courier(threading.Thread):
    def __init__(self, store: Store, secret: str) -> None:
        super().__init__(name="courier", daemon=True)
        self.store = store
        self.claims = Claims(store)
        self.webhook = Webhook(secret)

    def run(self) -> None:
        while True:
            try:
                self.round()
            except Exception:  # one bad round must not end the next
                logger.exception("a round of deliveries failed")
            time.sleep(PAUSE)

    def round(self) -> None:
        self.store.expire()
        self.claims.advance()
        for delivery in self.store.due():
            if self._deliver(delivery):
                self.store.delivered(delivery["id"])
            else:
                self.store.postpone(delivery["id"], delivery["attempts"] + 1)

    def _deliver(self, delivery: dict) -> bool:
        now = dt.datetime.now(dt.UTC)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": delivery["event_id"],
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self.webhook.sign(delivery["event_id"], now, delivery["body"]),
        }
        try:
            answer = requests.post(
                delivery["url"], data=delivery["body"].encode(), headers=headers, timeout=TIMEOUT
            )
        except requests.RequestException:
            return False
        return answer.ok
