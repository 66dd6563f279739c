"""Requests to addresses that strangers choose, against real servers on this machine."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal import outside
from portal.outside import Unreachable, UnusableAddress, checked, post
from tests.portal.receiver import receiving

PUBLIC = "93.184.215.14"
SPECIAL = [
    "127.0.0.1", "0.0.0.0", "10.0.0.5", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",  # noqa: S104
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.88.99.1",
    "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
    "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1",
]  # fmt: skip


def send(url: str, *, within: float = 5) -> outside.Answer:
    return post(url, headers={"X-Test": "1"}, body=b"{}", within=within, most=10)


@pytest.fixture
def names(monkeypatch):
    """What names lead to, looked up in turn: {name: [addresses, addresses…]}; the last stays."""
    known: dict[str, list[list[str]]] = {}
    asked: list[str] = []

    def look_up(host, port, *arguments, real=socket.getaddrinfo, **options):
        if host not in known:
            return real(host, port, *arguments, **options)
        asked.append(host)
        found = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        family = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [
            (family[ipaddress.ip_address(each).version], socket.SOCK_STREAM, 6, "", (each, port))
            for each in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known, asked


class TestChecked:
    @pytest.mark.parametrize(
        "url",
        [
            "", "x", "https://", "ftp://example.com/", "http://example.com/", "https://user:pw@example.com/",
            "https://example.com:99999/", "https://exa mple.com/", "https://example.com/#part", "//a.com/",
            "https://ex\u00e4mple.com/", "https://[::1", "https://example.com\\@127.0.0.1/", "https://a\n.com/",
            "javascript:alert(1)", "https://127.0.0.1/", "http://127.0.0.1/", "https://localhost/",
            "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/",
        ],
    )  # fmt: skip
    def test_refuses_what_nothing_is_sent_to(self, settings, url):
        settings.WEBHOOKS_TO_THIS_MACHINE = False
        with pytest.raises(UnusableAddress):
            checked(url)

    def test_says_how_a_name_in_other_letters_is_written(self):
        with pytest.raises(UnusableAddress, match="xn--"):
            checked("https://ex\u00e4mple.com/h")

    def test_takes_this_machine_where_it_is_told_to(self, settings):
        settings.WEBHOOKS_TO_THIS_MACHINE = True
        for url in ("http://127.0.0.1:8000/x", "http://localhost/", "https://example.com/a?b=c"):
            assert checked(url).geturl() == url
        for url in ("http://example.com/", "http://192.168.1.1/", "https://10.0.0.1/"):
            with pytest.raises(UnusableAddress):
                checked(url)


class TestPost:
    @pytest.mark.parametrize("here", [False, True])
    def test_reaches_no_special_address_by_any_name(self, settings, names, here):
        settings.WEBHOOKS_TO_THIS_MACHINE = here
        known, _ = names
        for address in SPECIAL:
            if here and ipaddress.ip_address(address).is_loopback:
                continue
            for found in ([address], [PUBLIC, address], [address, PUBLIC]):
                known["hooks.example"] = [found]
                with pytest.raises(Unreachable) as refused:
                    send("https://hooks.example/")
                assert refused.value.error == "address", found

    def test_connects_to_the_address_that_was_checked(self, settings, names):
        known, asked = names
        with receiving() as first, receiving(host="127.0.0.2") as second:
            port = first.url.rpartition(":")[2]
            known["localhost"] = [["127.0.0.1"], ["127.0.0.2"]]
            assert send(f"http://localhost:{port}/").status == 204
            assert asked == ["localhost"], "a second look could lead elsewhere"
            assert [headers["Host"] for _, headers, _ in first.heard] == [f"localhost:{port}"]
            assert second.heard == []

    def test_refuses_a_name_that_leads_inside_a_moment_later(self, settings, names):
        settings.WEBHOOKS_TO_THIS_MACHINE = False
        known, asked = names
        with receiving() as inside:
            port = inside.url.rpartition(":")[2]
            known["rebind.example"] = [["127.0.0.1"]]
            with pytest.raises(Unreachable):
                send(f"https://rebind.example:{port}/")
            assert inside.heard == []
            assert asked == ["rebind.example"]

    def test_goes_nowhere_when_redirected(self):
        with receiving() as inside, receiving() as receiver:
            for status in (301, 302, 303, 307, 308):
                receiver.will(status, Location=f"{inside.url}/secret")
                assert send(receiver.url).status == status
            assert inside.heard == []

    def test_asks_no_proxy(self, monkeypatch):
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        with receiving() as receiver:
            assert send(receiver.url).status == 204

    def test_reads_no_more_than_it_is_told_to(self):
        with receiving() as receiver:
            receiver.will(200, b"x" * 1_000_000)
            assert send(receiver.url).start == b"x" * 10

    def test_waits_for_an_answer_longer_than_for_a_connection(self, monkeypatch):
        monkeypatch.setattr(outside, "CONNECT_WITHIN", 0.2)
        with receiving() as receiver:
            receiver.hold.clear()
            threading.Timer(0.5, receiver.hold.set).start()
            assert send(receiver.url).status == 204

    def test_is_not_held_by_a_server_that_drips(self):
        """Each byte comes in time, and their end never."""
        listener = socket.create_server(("127.0.0.1", 0))
        stop = threading.Event()

        def drip() -> None:
            client, _ = listener.accept()
            with client:
                client.sendall(b"HTTP/1.1 200 OK\r\n")
                while not stop.wait(0.05):
                    try:
                        client.sendall(b"X-Slow: 1\r\n")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        with pytest.raises(Unreachable) as late:
            send(f"http://127.0.0.1:{listener.getsockname()[1]}/", within=0.4)
        stop.set()
        thread.join(5)
        listener.close()
        assert late.value.error == "timeout"
        assert time.monotonic() - began < 3

    @pytest.mark.parametrize("answer", [b"nonsense\r\n\r\n", b"", b"HTTP/1.1 999999 ?\r\n\r\n"])
    def test_survives_what_is_no_answer(self, answer):
        listener = socket.create_server(("127.0.0.1", 0))

        def say() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(10_000)
                client.sendall(answer)

        thread = threading.Thread(target=say)
        thread.start()
        with pytest.raises(Unreachable) as refused:
            send(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        thread.join(5)
        listener.close()
        assert refused.value.error == "connection"


class TestTls:
    """With an authority that the trusted ones are told of, as an operator may."""

    @pytest.fixture
    def server(self, tmp_path, monkeypatch):
        key, certificate = _certificate("hooks.example")
        (tmp_path / "key.pem").write_bytes(key)
        (tmp_path / "cert.pem").write_bytes(certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
        self.asked_for = []
        context.sni_callback = lambda sock, name, _: self.asked_for.append(name)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        outside._trusted.cache_clear()
        with receiving(context=context) as receiver:
            yield receiver
        outside._trusted.cache_clear()

    def test_names_the_host_and_trusts_its_certificate_alone(self, server, names):
        known, _ = names
        port = server.url.rpartition(":")[2]
        known["hooks.example"] = known["other.example"] = [["127.0.0.1"]]
        assert send(f"https://hooks.example:{port}/x").status == 204
        assert self.asked_for == ["hooks.example"]
        assert server.heard[0][1]["Host"] == f"hooks.example:{port}"
        with pytest.raises(Unreachable) as refused:
            send(f"https://other.example:{port}/")
        assert refused.value.error == "tls"
        assert len(server.heard) == 1


def _certificate(name: str) -> tuple[bytes, bytes]:
    """Signed by itself, good for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, certificate.public_bytes(serialization.Encoding.PEM)
