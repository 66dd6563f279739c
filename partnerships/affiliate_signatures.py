"""Whether a postback is its merchant's: signed as Standard Webhooks says, with a secret that holds now."""

import datetime as dt
from collections.abc import Mapping

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from partnerships.models import AffiliateProgramme


class ForgedPostback(Exception):
    """Neither of the programme's secrets made this signature, or it is older than five minutes."""


def verified(programme: AffiliateProgramme, body: bytes, headers: Mapping[str, str], at: dt.datetime) -> str:
    """The text of the body. Raises ForgedPostback."""
    secrets = [programme.secret]
    if programme.previous_until is not None and at < programme.previous_until:
        secrets.append(programme.previous_secret)
    for secret in secrets:
        try:
            text = body.decode()
            Webhook(secret).verify(text, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError):
            continue
        return text
    raise ForgedPostback("The signature is missing, wrong, or older than five minutes.")
