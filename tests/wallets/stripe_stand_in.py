"""A local server that speaks as much of Stripe's protocol as Checkout Sessions need: form-encoded requests, a
secret key, idempotency keys that replay, JSON objects back, signed events."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import stripe

KEY = "sk_test_stand_in"
SECRET = "whsec_stand_in"


class StandIn(ThreadingHTTPServer):
    """`requests` holds the raw forms received, `sessions` what they opened; `broken` answers 500 to all."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.sessions: dict[str, dict] = {}
        self.keys: dict[str, tuple[dict, dict]] = {}
        self.requests: list[dict[str, str]] = []
        self.broken = False
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> "StandIn":
        self.thread.start()
        return self

    def __exit__(self, *_exception) -> None:
        self.shutdown()
        self.server_close()
        self.thread.join()

    def create(self, form: dict[str, str], key: str) -> tuple[int, dict]:
        self.requests.append(form)
        if key in self.keys:
            first, session = self.keys[key]
            return (200, session) if first == form else (400, error("idempotency_error", "Keys differ."))
        amount = int(form["line_items[0][price_data][unit_amount]"])
        currency = form["line_items[0][price_data][currency]"]
        if currency != currency.lower():
            return 400, error("invalid_request_error", f"Invalid currency: {currency}")
        number = f"cs_test_{len(self.sessions)}"
        session = {
            "id": number,
            "object": "checkout.session",
            "amount_total": amount * int(form["line_items[0][quantity]"]),
            "currency": currency,
            "client_reference_id": form["client_reference_id"],
            "metadata": {"purchase_id": form["metadata[purchase_id]"]},
            "mode": form["mode"],
            "payment_intent": None,
            "payment_status": "unpaid",
            "status": "open",
            "url": f"https://checkout.stripe.com/c/pay/{number}",
        }
        self.sessions[number] = session
        self.keys[key] = (form, session)
        return 200, session

    def event(self, kind: str, session: dict, event_id: str = "evt_1") -> tuple[str, dict[str, str]]:
        """The body and the headers of a webhook."""
        facts = {"id": event_id, "object": "event", "type": kind, "created": int(time.time())}
        body = json.dumps(facts | {"data": {"object": session}})
        return body, {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, SECRET)}


def error(kind: str, message: str) -> dict:
    return {"error": {"type": kind, "message": message}}


class Handler(BaseHTTPRequestHandler):
    server: StandIn

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        self._answer(lambda: self.server.create(form, self.headers.get("Idempotency-Key") or ""))

    def do_GET(self) -> None:
        session = self.server.sessions.get(urlsplit(self.path).path.rpartition("/")[2])
        missing = 404, error("invalid_request_error", "No such checkout.session")
        self._answer(lambda: (200, session) if session else missing)

    def _answer(self, work) -> None:
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            status, body = 401, error("invalid_request_error", "Invalid API Key provided")
        elif self.server.broken:
            status, body = 500, error("api_error", "Something went wrong")
        else:
            status, body = work()
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_arguments) -> None:
        """Tests print what they need."""
