"""A local server that speaks as much of Stripe's protocol as Checkout Sessions, refunds and disputes need:
form-encoded requests, a secret key, idempotency keys that replay, JSON objects back, signed events."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import stripe

KEY = "sk_test_stand_in"
SECRET = "whsec_stand_in"


class StandIn(ThreadingHTTPServer):
    """`requests` holds the raw forms received, `sessions` what they opened, `refunds` what they paid back;
    `disputes` is what there is to ask about. `broken` answers 500 to all, `deaf` does what it is asked and
    answers 500 all the same."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.sessions: dict[str, dict] = {}
        self.refunds: dict[str, dict] = {}
        self.disputes: dict[str, dict] = {}
        self.keys: dict[str, tuple[dict, dict]] = {}
        self.requests: list[dict[str, str]] = []
        self.broken = self.deaf = False
        self.refund_status = "succeeded"
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

    def create(self, path: str, form: dict[str, str], key: str) -> tuple[int, dict]:
        self.requests.append(form)
        if key in self.keys:
            first, made = self.keys[key]
            return (200, made) if first == form else (400, error("idempotency_error", "Keys differ."))
        status, made = self.create_refund(form) if path == "/v1/refunds" else self.create_session(form)
        if status == 200:
            self.keys[key] = (form, made)
        return status, made

    def create_refund(self, form: dict[str, str]) -> tuple[int, dict]:
        paid = [each for each in self.sessions.values() if each["payment_intent"] == form["payment_intent"]]
        if not paid:
            return 404, error("invalid_request_error", "No such payment_intent")
        earlier = [each for each in self.refunds.values() if each["payment_intent"] == form["payment_intent"]]
        left = paid[0]["amount_total"] - sum(each["amount"] for each in earlier)
        if int(form["amount"]) > left:
            return 400, error("invalid_request_error", "Refund amount is greater than unrefunded amount")
        refund = {
            "id": f"re_test_{len(self.refunds)}",
            "object": "refund",
            "amount": int(form["amount"]),
            "charge": f"ch_of_{form['payment_intent']}",
            "currency": paid[0]["currency"],
            "metadata": {"refund_id": form["metadata[refund_id]"]},
            "payment_intent": form["payment_intent"],
            "status": self.refund_status,
        }
        self.refunds[refund["id"]] = refund
        return 200, refund

    def read(self, path: str, query: dict[str, list[str]]) -> tuple[int, dict]:
        if path == "/v1/refunds":
            wanted = query["payment_intent"][0]
            found = [each for each in self.refunds.values() if each["payment_intent"] == wanted]
            return 200, {"object": "list", "data": found, "has_more": False, "url": path}
        found = (self.disputes if path.startswith("/v1/disputes") else self.sessions).get(
            path.rpartition("/")[2]
        )
        return (200, found) if found else (404, error("invalid_request_error", "No such thing"))

    def create_session(self, form: dict[str, str]) -> tuple[int, dict]:
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
        key = self.headers.get("Idempotency-Key") or ""
        self._answer(lambda: self.server.create(urlsplit(self.path).path, form, key))

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        self._answer(lambda: self.server.read(address.path, parse_qs(address.query)))

    def _answer(self, work) -> None:
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            status, body = 401, error("invalid_request_error", "Invalid API Key provided")
        elif self.server.broken:
            status, body = 500, error("api_error", "Something went wrong")
        else:
            status, body = work()
            if self.server.deaf:
                status, body = 500, error("api_error", "Something went wrong")
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_arguments) -> None:
        """Tests print what they need."""
