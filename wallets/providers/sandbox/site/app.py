"""The checkout's API for the shop and its hosted page for the buyer."""

import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, jsonify, redirect, render_template, request, url_for

from ledger.units import format_amount, is_currency
from wallets.providers.sandbox.site.claims import DISPUTE_AFTER, Claims, Refused
from wallets.providers.sandbox.site.store import KeyReused, Store, public

PAYING_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"
DISPUTING_CARD = "4000000000000259"
UNREFUNDABLE_CARD = "4000000000005126"
CARDS = {
    PAYING_CARD: "pays",
    DECLINED_CARD: "is declined",
    DISPUTING_CARD: "pays, and is disputed seconds later",
    UNREFUNDABLE_CARD: "pays, and its refunds fail",
}
LARGEST_AMOUNT = 10**12
ADDRESSES = ("success_url", "cancel_url", "webhook_url")
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
TEXTS = ("reference", "title", "email", *ADDRESSES)


class BadOrder(ValueError):
    """The body of a request makes no order; the words say why."""


def create_app(store: Store, key: str) -> Flask:
    app = Flask(__name__)
    claims = Claims(store)
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    def answer(checkout: dict, status: int) -> tuple[Response, int]:
        url = url_for("pay", checkout_id=checkout["id"], _external=True)
        return jsonify(public(checkout) | {"url": url}), status

    def is_shop() -> bool:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {key}".encode())

    @app.post("/v1/checkouts")
    def open_checkout():
        if not is_shop():
            return {"error": "The key is missing or wrong."}, 401
        idempotency_key = request.headers.get("Idempotency-Key", "")
        if not 0 < len(idempotency_key) <= 100:
            return {"error": "Send an Idempotency-Key of 1 to 100 characters."}, 400
        try:
            checkout, new = store.open(read_order(request), idempotency_key)
        except BadOrder as error:
            return {"error": str(error)}, 400
        except KeyReused:
            return {"error": "This Idempotency-Key opened a different checkout."}, 409
        return answer(checkout, 201 if new else 200)

    @app.get("/v1/checkouts/<checkout_id>")
    def read_checkout(checkout_id: str):
        if not is_shop():
            return {"error": "The key is missing or wrong."}, 401
        checkout = store.get(checkout_id)
        if checkout is None:
            return {"error": "There is no such checkout."}, 404
        return answer(checkout, 200)

    @app.post("/v1/refunds")
    def refund():
        if not is_shop():
            return {"error": "The key is missing or wrong."}, 401
        idempotency_key = request.headers.get("Idempotency-Key", "")
        if not 0 < len(idempotency_key) <= 100:
            return {"error": "Send an Idempotency-Key of 1 to 100 characters."}, 400
        try:
            order = read_refund(request)
            paid = store.get(order["checkout"]) or {}
            refunded, new = claims.refund(
                order["checkout"],
                order["amount"],
                idempotency_key,
                reference=order["reference"],
                fails=paid.get("card") == UNREFUNDABLE_CARD,
            )
        except (BadOrder, Refused) as error:
            return {"error": str(error)}, 400
        except KeyReused:
            return {"error": "This Idempotency-Key paid a different refund."}, 409
        return jsonify(refunded), 201 if new else 200

    @app.get("/v1/refunds")
    def list_refunds():
        if not is_shop():
            return {"error": "The key is missing or wrong."}, 401
        return {"data": claims.refunds(reference=request.args.get("reference", ""))}

    @app.get("/v1/movements")
    def list_movements():
        if not is_shop():
            return {"error": "The key is missing or wrong."}, 401
        return {"data": store.movements(request.args.get("day", ""))}

    @app.get("/v1/balance")
    def read_balance():
        if not is_shop():
            return {"error": "The key is missing or wrong."}, 401
        return store.balances()

    @app.get("/v1/disputes/<dispute_id>")
    def read_dispute(dispute_id: str):
        if not is_shop():
            return {"error": "The key is missing or wrong."}, 401
        dispute = claims.get_dispute(dispute_id)
        return dispute or ({"error": "There is no such dispute."}, 404)

    @app.post("/pay/<checkout_id>/bank")
    def bank(checkout_id: str):
        """What the buyer's bank and the provider's own staff do to a paid checkout."""
        checkout = store.get(checkout_id) or abort(404)
        act = request.form.get("act", "")
        if checkout["status"] != "paid":
            abort(404)
        if act in ("dispute", "dispute-half"):
            claims.dispute(checkout_id, share(checkout["amount"], act))
            claims.advance()
        elif act in ("refund", "refund-half"):
            try:
                claims.refund(checkout_id, share(checkout["amount"], act), secrets.token_urlsafe(18))
            except Refused as error:
                return page(checkout, error=str(error)), 422
        elif act in ("won", "lost"):
            claims.decide(checkout_id, request.form.get("dispute", ""), act)
        return redirect(url_for("pay", checkout_id=checkout_id), 303)

    @app.get("/pay/<checkout_id>")
    def pay(checkout_id: str):
        return page(store.get(checkout_id) or abort(404))

    @app.post("/pay/<checkout_id>")
    def decide(checkout_id: str):
        checkout = store.get(checkout_id) or abort(404)
        number = "".join(request.form.get("number", "").split())
        declining = request.form.get("choice") == "decline" or number == DECLINED_CARD
        if not declining and number not in CARDS:
            words = f"Use a test card: {grouped(PAYING_CARD)} pays, {grouped(DECLINED_CARD)} is declined."
            return page(checkout, number=number, error=words), 422
        if declining:
            store.close(checkout_id, "declined", "The card was declined.")
        elif store.close(checkout_id, "paid", card=number) and number == DISPUTING_CARD:
            claims.dispute(checkout_id, checkout["amount"], after=DISPUTE_AFTER)
        return redirect(checkout["success_url"], 303)

    def page(checkout: dict, number: str = PAYING_CARD, error: str = ""):
        response = Response(
            render_template(
                "pay.html",
                checkout=checkout,
                price=format_amount(checkout["amount"], checkout["currency"]),
                number=grouped(number[:19]),
                error=error,
                cards={meaning: grouped(card) for card, meaning in CARDS.items()},
                claims=[
                    each | {"money": format_amount(each["amount"], each["currency"])}
                    for each in (
                        *claims.refunds(checkout_id=checkout["id"]),
                        *claims.disputes(checkout["id"]),
                    )
                ],
            )
        )
        # Browsers hold the redirect that follows a form to form-action as well.
        shop = urlsplit(checkout["success_url"])
        response.headers["Content-Security-Policy"] = f"{POLICY} {shop.scheme}://{shop.netloc}"
        return response

    @app.errorhandler(404)
    def missing(_error):
        return render_template("missing.html"), 404

    return app


def read_order(asked: Request) -> dict:
    """Raises BadOrder."""
    body = asked.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadOrder("Send a JSON object.")
    order = {name: body.get(name) for name in TEXTS}
    for name, text in order.items():
        if not isinstance(text, str) or not 0 < len(text) <= 2000:
            raise BadOrder(f"{name} must be a text of 1 to 2,000 characters.")
    for name in ADDRESSES:
        parts = urlsplit(order[name])
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise BadOrder(f"{name} must be an http address.")
    amount, currency = body.get("amount"), body.get("currency")
    if type(amount) is not int or not 0 < amount <= LARGEST_AMOUNT:
        raise BadOrder("amount must be a positive whole number of the currency's smallest part.")
    if not isinstance(currency, str) or not is_currency(currency):
        raise BadOrder("currency must be an ISO 4217 code.")
    return order | {"amount": amount, "currency": currency}


def read_refund(asked: Request) -> dict:
    """Raises BadOrder."""
    body = asked.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadOrder("Send a JSON object.")
    order = {name: body.get(name) for name in ("checkout", "reference")}
    for name, text in order.items():
        if not isinstance(text, str) or not 0 < len(text) <= 2000:
            raise BadOrder(f"{name} must be a text of 1 to 2,000 characters.")
    if type(body.get("amount")) is not int:
        raise BadOrder("amount must be a whole number of the currency's smallest part.")
    return order | {"amount": body["amount"]}


def share(amount: int, act: str) -> int:
    """All of it, or half, rounded up: one part can't be halved."""
    return -(-amount // 2) if act.endswith("-half") else amount


def grouped(number: str) -> str:
    """4242424242424242 → 4242 4242 4242 4242."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
