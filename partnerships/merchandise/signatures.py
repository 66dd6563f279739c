"""How each platform signs the raw body, and which of its headers say what a delivery is."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from partnerships.merch_states import Platform
from partnerships.merchandise import generic, shopify, woocommerce


@dataclass(frozen=True)
class Dialect:
    """`source` names the shop that sent it; a body's own type stands in for a topic that no header tells."""

    signature: str
    delivery: str
    topic: str
    source: str
    kept: tuple[str, ...]
    told: object


DIALECTS = {
    Platform.SHOPIFY: Dialect(
        signature="x-shopify-hmac-sha256",
        delivery="x-shopify-webhook-id",
        topic="x-shopify-topic",
        source="x-shopify-shop-domain",
        kept=("x-shopify-event-id", "x-shopify-api-version", "x-shopify-triggered-at", "x-shopify-test"),
        told=shopify.told,
    ),
    Platform.WOOCOMMERCE: Dialect(
        signature="x-wc-webhook-signature",
        delivery="x-wc-webhook-delivery-id",
        topic="x-wc-webhook-topic",
        source="x-wc-webhook-source",
        kept=("x-wc-webhook-resource", "x-wc-webhook-event", "x-wc-webhook-id"),
        told=woocommerce.told,
    ),
    Platform.GENERIC: Dialect(
        signature="webhook-signature",
        delivery="webhook-id",
        topic="",
        source="",
        kept=("webhook-timestamp",),
        told=generic.told,
    ),
}


def is_signed(platform: str, secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether whoever holds the secret sent exactly this. `headers` by lower-case name."""
    if platform == Platform.GENERIC:
        try:
            Webhook(secret).verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError):
            return False  # the library splits and decodes what strangers wrote, unguarded
        return True
    told = headers.get(DIALECTS[Platform(platform)].signature, "")
    return hmac.compare_digest(signature(secret, body).encode(), told.encode(errors="replace"))


def signature(secret: str, body: bytes) -> str:
    """As Shopify and WooCommerce write it: the base64 of HMAC-SHA256."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
