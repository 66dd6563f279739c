"""Following a link: one statement finds where it leads and writes the click."""

import datetime as dt
import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Exists, OuterRef
from uuid_utils.compat import uuid7

from partnerships.affiliate_targets import leads_to, with_click
from partnerships.models import AffiliateClick, AffiliateConversion, AffiliateSalt

AGAIN = dt.timedelta(minutes=30)
"""The same visitor on the same link is one click for so long."""
KEPT = dt.timedelta(days=30)
"""For so long a click tells that it was the same visitor's as another of its day."""
DROPPED_KEPT = dt.timedelta(days=7)

FOLLOW = """
    WITH link AS (
        SELECT link.id, link.creator_id, link.target_url, programme.hosts, programme.click_parameter,
            programme.window_days, programme.hold_days,
            link.retired_at IS NULL AND programme.state = 'active' AND creator.is_active AS leads
        FROM partnerships_affiliatelink link
        JOIN partnerships_affiliateprogramme programme ON programme.id = link.programme_id
        JOIN PEOPLE creator ON creator.id = link.creator_id
        WHERE link.code = %(code)s::text
    ), click AS (
        INSERT INTO partnerships_affiliateclick
            (id, link_id, at, window_days, hold_days, country, referrer_host, ip_hash, device_hash, browser,
                dropped)
        SELECT %(click)s::uuid, link.id, %(at)s::timestamptz, link.window_days, link.hold_days,
            %(country)s::text, %(referrer_host)s::text, %(ip_hash)s::text, %(device_hash)s::text,
            %(browser)s::text, CASE
                WHEN %(dropped)s::text <> '' THEN %(dropped)s::text
                WHEN link.creator_id = %(visitor)s::uuid THEN 'own'
                WHEN EXISTS (
                    SELECT FROM partnerships_affiliateclick earlier
                    WHERE earlier.link_id = link.id AND earlier.ip_hash = %(ip_hash)s::text
                        AND earlier.device_hash = %(device_hash)s::text
                        AND earlier.at > %(since)s::timestamptz
                        AND earlier.dropped = ''
                ) THEN 'repeat'
                ELSE ''
            END
        FROM link WHERE link.leads
    )
    SELECT target_url, hosts, click_parameter, leads FROM link
"""


class UnknownAffiliateCode(Exception):
    """No link has this code."""

    code = "unknown_code"


class LinkClosed(Exception):
    """The link was taken down, its programme takes no clicks, or its creator is leaving."""

    code = "link_closed"


@dataclass(frozen=True)
class Visitor:
    """Who follows a link, as far as the request tells. `browser` is a digest, `person_id` whoever is logged
    in; `dropped` why the click is not to be counted."""

    address: str = ""
    agent: str = ""
    language: str = ""
    referrer_host: str = ""
    country: str = ""
    browser: str = ""
    person_id: uuid.UUID | None = None
    dropped: str = ""


def follow(*, code: str, visitor: Visitor, at: dt.datetime) -> str:
    """The address to which the link leads, with the click in it, which is written.

    Raises UnknownAffiliateCode, LinkClosed."""
    click_id, salt = uuid7(), _salt(at.astimezone(dt.UTC).date())
    facts = {
        "code": code,
        "click": click_id,
        "at": at,
        "since": at - AGAIN,
        "country": visitor.country,
        "referrer_host": visitor.referrer_host,
        "ip_hash": hashed(salt, visitor.address),
        "device_hash": hashed(salt, f"{visitor.agent}\n{visitor.language}"),
        "browser": visitor.browser,
        "visitor": visitor.person_id,
        "dropped": visitor.dropped,
    }
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW.replace("PEOPLE", get_user_model()._meta.db_table), facts)
        found = cursor.fetchone()
    if found is None:
        raise UnknownAffiliateCode("No link has this code.")
    target_url, hosts, parameter, leads = found
    # What was allowed when the link was made may have been taken off the programme's hosts since.
    if not leads or not leads_to(target_url, hosts):
        raise LinkClosed("This link has been taken down.")
    return with_click(target_url, parameter, click_id)


def hashed(salt: bytes, text: str) -> str:
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()[:32] if text.strip() else ""


@lru_cache(maxsize=1)
def _salt(date: dt.date) -> bytes:
    """Of this day: every process reads it once."""
    salt, _ = AffiliateSalt.objects.get_or_create(date=date, defaults={"value": secrets.token_bytes(32)})
    return bytes(salt.value)


def forget(*, at: dt.datetime) -> tuple[int, int]:
    """Throw away the salts of days that are over, soon what was never counted, and after a month what tells
    which clicks were one visitor's. Returns how many salts and clicks lost something."""
    today = at.astimezone(dt.UTC).date()
    salts, _ = AffiliateSalt.objects.filter(date__lt=today).delete()
    bought = Exists(AffiliateConversion.objects.filter(click_id=OuterRef("id")))
    uncounted = AffiliateClick.objects.filter(dropped__in=["bot", "prefetch"], at__lt=at - DROPPED_KEPT)
    deleted, _ = uncounted.exclude(bought).delete()
    old = AffiliateClick.objects.filter(at__lt=at - KEPT).exclude(ip_hash="", device_hash="", browser="")
    return salts, deleted + old.update(ip_hash="", device_hash="", browser="")
