"""The addresses of affiliate links, and where they lead: to their programme's hosts alone, over https."""

import re
import uuid
from collections.abc import Collection
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.urls import reverse


def address_of(code: str) -> str:
    """Of a link, as it is given to the audience."""
    return settings.SITE_URL + reverse("partnerships:go", args=[code])


_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
# Browsers read a backslash as a slash and skip blanks and control characters, which this parser would not.
_ODD = re.compile(r"[\\\s\x00-\x1f\x7f]")


def is_host(name: str) -> bool:
    """A full domain name in small letters, as ASCII."""
    return _HOST.fullmatch(name) is not None


def leads_to(url: str, hosts: Collection[str]) -> bool:
    """Whether a browser that follows this address ends at one of these hosts."""
    if _ODD.search(url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = parts.username is None and parts.password is None and port in (None, 443)
    return parts.scheme == "https" and plain and parts.hostname in hosts


def with_click(url: str, parameter: str, click_id: uuid.UUID) -> str:
    """The address with the click named in its query."""
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != parameter]
    return urlunsplit(parts._replace(query=urlencode([*query, (parameter, str(click_id))])))
