"""One POST to an address that somebody else chose: never to a network of ours, never further than there.

The name is resolved once. Every address that it leads to has to be public, and the connection is made to one
of those addresses, so that a name can't lead elsewhere a moment later. The name itself is what the
certificate is checked against and what the Host header says. Redirects are answers like any other.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

import urllib3
from django.conf import settings
from requests import certs
from urllib3.connection import HTTPConnection, HTTPSConnection

CONNECT_WITHIN = 5.0
PORTS = {"https": 443, "http": 80}
# Doors from the public space into others, which `is_global` takes for public.
_DOORS = [
    ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "192.88.99.0/24")
]


class UnusableAddress(ValueError):
    """No address that anything may be sent to, as it is written."""

    code = "unusable_address"


class Unreachable(Exception):
    """There is no answer. `error` is how `AttemptError` calls the reason."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True)
class Answer:
    """`start` is the beginning of its body; `retry_after` the header of that name, or empty."""

    status: int
    start: bytes
    retry_after: str


def checked(url: str) -> SplitResult:
    """The address taken apart, if it may be written down: https, with a name, without a password. Where
    `settings.WEBHOOKS_TO_THIS_MACHINE`, http and this machine will do, too.

    Raises UnusableAddress."""
    try:
        parts = urlsplit(url)
        name, _ = parts.hostname, parts.port
    except ValueError as error:
        raise UnusableAddress("This is no address of a web server.") from error
    if not (name or "").isascii():
        raise UnusableAddress("Write the name in its xn-- form, such as https://xn--exmple-cua.com/webhooks.")
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url or not name:
        raise UnusableAddress("Write the whole address, such as https://example.com/webhooks.")
    here = settings.WEBHOOKS_TO_THIS_MACHINE and _is_this_machine(name)
    if parts.scheme != "https" and not (here and parts.scheme == "http"):
        raise UnusableAddress("Only https: what is sent names people and amounts.")
    if parts.username is not None or parts.password is not None:
        raise UnusableAddress("Leave the password out of the address: the signature proves who sends.")
    if parts.fragment:
        raise UnusableAddress("Leave out what stands behind the #: it never reaches a server.")
    if not here and (name == "localhost" or _is_special(name)):
        raise UnusableAddress("This address is not on the public internet.")
    return parts


def post(url: str, *, headers: Mapping[str, str], body: bytes, within: float, most: int) -> Answer:
    """Send it, and read up to `most` bytes of the answer. All of it together takes `within` seconds at most.

    Raises Unreachable."""
    deadline = time.monotonic() + within
    try:
        parts = checked(url)
        addresses = _resolved(parts.hostname or "", parts.port or PORTS[parts.scheme])
    except UnusableAddress as error:
        raise Unreachable("address") from error
    connection = _connected(parts, addresses, deadline)
    try:
        with _closed_at(connection, deadline) as late:
            try:
                answer = _asked(connection, parts, headers, body, most)
            except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
                slow = late.is_set() or isinstance(error, TimeoutError | urllib3.exceptions.TimeoutError)
                raise Unreachable("timeout" if slow else "connection") from error
            if late.is_set():  # what was cut off looks like an end
                raise Unreachable("timeout")
            return answer
    finally:
        connection.close()


def _resolved(name: str, port: int) -> list[str]:
    """The addresses of a name. Raises UnusableAddress, also where one of them alone is not public."""
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnusableAddress("This name leads nowhere.") from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not addresses or not all(_may_reach(ip_address(each)) for each in addresses):
        raise UnusableAddress("This name does not lead to the public internet alone.")
    return addresses


def _is_special(name: str) -> bool:
    """Whether it is an address, rather than a name, that nothing may be sent to."""
    try:
        return not _may_reach(ip_address(name))
    except ValueError:
        return False


def _may_reach(address: IPv4Address | IPv6Address) -> bool:
    if settings.WEBHOOKS_TO_THIS_MACHINE and address.is_loopback:
        return True
    special = address.is_multicast or address.is_reserved or any(address in door for door in _DOORS)
    if isinstance(address, IPv6Address):
        special = special or address.is_site_local or address.ipv4_mapped is not None
    return address.is_global and not special


def _is_this_machine(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _connected(parts: SplitResult, addresses: list[str], deadline: float) -> HTTPConnection:
    """To the first of the addresses that takes us. Raises Unreachable."""
    error = Unreachable("connection")
    for address in addresses:
        left = min(CONNECT_WITHIN, deadline - time.monotonic())
        if left <= 0:
            raise Unreachable("timeout")
        connection = _connection(parts, address, left)
        try:
            connection.connect()
        except (ssl.SSLError, ssl.CertificateError, urllib3.exceptions.SSLError):
            error = Unreachable("tls")
        except urllib3.exceptions.NewConnectionError:  # which counts as a time-out, too
            error = Unreachable("connection")
        except (TimeoutError, urllib3.exceptions.ConnectTimeoutError):
            error = Unreachable("timeout")
        except (urllib3.exceptions.HTTPError, OSError):
            error = Unreachable("connection")
        else:
            return connection
        connection.close()
    raise error


def _connection(parts: SplitResult, address: str, seconds: float) -> HTTPConnection:
    port = parts.port or PORTS[parts.scheme]
    if parts.scheme == "http":
        return HTTPConnection(address, port, timeout=seconds)
    return HTTPSConnection(
        address, port, timeout=seconds, ssl_context=_trusted(), server_hostname=parts.hostname
    )


@cache
def _trusted() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.load_verify_locations(certs.where())
    return context


def _asked(
    connection: HTTPConnection, parts: SplitResult, headers: Mapping[str, str], body: bytes, most: int
) -> Answer:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc
    connection.request(
        "POST", target, body=body, headers={"Host": host, **headers}, preload_content=False,
        decode_content=False,
    )  # fmt: skip
    answer = connection.getresponse()
    start = answer.read(most)
    return Answer(answer.status, start, answer.headers.get("Retry-After", ""))


@contextmanager
def _closed_at(connection: HTTPConnection, deadline: float) -> Iterator[threading.Event]:
    """A server that says a byte now and then would keep us for ever: time-outs are about each byte alone."""
    late = threading.Event()

    def close() -> None:
        late.set()
        with suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)

    left = max(0.0, deadline - time.monotonic())
    connection.timeout = left or None  # what it took to connect within is over; asking gives it to the socket
    timer = threading.Timer(left, close)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
