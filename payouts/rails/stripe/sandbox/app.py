"""Stripe's API as far as payouts need it, and the page on which a creator opens an account."""

import hmac
import json
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, redirect, render_template, request, url_for

from payouts.rails.stripe.sandbox.store import KeyReused, Store

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
DUE = ["individual.verification.document", "external_account"]
PAGE = 100
CHOICES = {"finish": ("active", []), "wait": ("pending", []), "leave": ("inactive", DUE)}
"""How a visit of the onboarding page ends: the state of the transfers capability, and what is still due."""


class Refusal(Exception):
    """An answer of 400 in Stripe's words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def create_app(store: Store, key: str) -> Flask:
    """`app.config["SHORT_OF_MONEY"]`: the platform's balance covers nothing. `app.config["BROKEN"]`: a
    request is answered with 500, after it was carried out ("deaf") or before ("dead")."""
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=64 * 1024, SHORT_OF_MONEY=False, BROKEN="")

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.before_request
    def guard_api():
        if not request.path.startswith("/v1/"):
            return None
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {key}".encode()):
            return _error("", "Invalid API Key provided", 401)
        if app.config["BROKEN"] == "dead":
            return _error("", "Something went wrong", 500, "api_error")
        return None

    def post(path: str, work: Callable[..., dict]):
        """A POST that is carried out once for each idempotency key."""

        def view(**names):
            form = json.dumps(sorted(request.form.items()))
            idempotency_key = request.headers.get("Idempotency-Key", "")
            try:
                with store.writing() as connection:
                    answer = store.answered(connection, idempotency_key, request.path, form)
                    if answer is None:
                        answer = work(connection, request.form, **names)
                        store.remember(connection, idempotency_key, request.path, form, answer)
            except KeyReused:
                return _error("", "Keys for idempotent requests differ.", 400, "idempotency_error")
            except Refusal as refusal:
                return _error(refusal.code, str(refusal), 400)
            if app.config["BROKEN"] == "deaf":
                return _error("", "Something went wrong", 500, "api_error")
            return jsonify(answer)

        app.add_url_rule(path, endpoint=work.__name__, view_func=view, methods=["POST"])

    def known(connection, kind: str, object_id: str) -> dict:
        found = store.get(connection, kind, object_id)
        if found is None:
            raise Refusal("resource_missing", f"No such {kind}: '{object_id}'")
        return found

    def tell(connection, kind: str, body: dict) -> None:
        store.create(connection, "event", type=kind, data={"object": body})

    def open_account(connection, form) -> dict:
        return store.create(
            connection,
            "account",
            country=form.get("country", ""),
            email=form.get("email", ""),
            metadata=_nested(form, "metadata"),
            capabilities={"transfers": "inactive"},
            requirements={"currently_due": DUE, "disabled_reason": "requirements.past_due"},
            payouts_enabled=False,
        )

    def make_link(connection, form) -> dict:
        known(connection, "account", form["account"])
        facts = {name: form[name] for name in ("account", "return_url", "refresh_url")}
        link = store.create(connection, "link", **facts)
        url = url_for("onboarding", link_id=link["id"], _external=True)
        return {
            "object": "account_link",
            "url": url,
            "created": link["created"],
            "expires_at": link["created"] + 300,
        }

    def send_transfer(connection, form) -> dict:
        amount = int(form["amount"])
        account = known(connection, "account", form["destination"])
        if account["capabilities"]["transfers"] != "active":
            raise Refusal(
                "insufficient_capabilities_for_transfer",
                "Your destination account needs to have at least one of the following capabilities enabled: "
                "transfers, crypto_transfers, legacy_payments",
            )
        if app.config["SHORT_OF_MONEY"]:
            raise Refusal("balance_insufficient", "You have insufficient funds in your Stripe account.")
        transfer = store.create(
            connection,
            "transfer",
            amount=amount,
            amount_reversed=0,
            currency=form["currency"],
            destination=account["id"],
            description=form.get("description"),
            metadata=_nested(form, "metadata"),
            reversed=False,
            transfer_group=form.get("transfer_group"),
        )
        tell(connection, "transfer.created", transfer)
        return transfer

    def reverse_transfer(connection, form, transfer_id: str) -> dict:
        transfer = known(connection, "transfer", transfer_id)
        left = transfer["amount"] - transfer["amount_reversed"]
        amount = int(form.get("amount", left))
        if not 0 < amount <= left:
            raise Refusal("transfer_reversal_invalid", "The transfer has already been fully reversed.")
        transfer["amount_reversed"] += amount
        transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
        store.save(connection, transfer)
        tell(connection, "transfer.reversed", transfer)
        return store.create(
            connection,
            "transfer_reversal",
            amount=amount,
            currency=transfer["currency"],
            transfer=transfer["id"],
            metadata=_nested(form, "metadata"),
        )

    post("/v1/accounts", open_account)
    post("/v1/account_links", make_link)
    post("/v1/transfers", send_transfer)
    post("/v1/transfers/<transfer_id>/reversals", reverse_transfer)

    @app.get("/v1/accounts/<account_id>")
    def read_account(account_id: str):
        with store.writing() as connection:
            found = store.get(connection, "account", account_id)
        return jsonify(found) if found else _error("resource_missing", "No such account", 404)

    @app.get("/v1/transfers")
    def list_transfers():
        with store.writing() as connection:
            found = store.all(connection, "transfer")
        group = request.args.get("transfer_group")
        first = int(request.args.get("created[gte]", 0))
        before = int(request.args.get("created[lt]", sys.maxsize))
        wanted = [one for one in found if group in (None, one["transfer_group"])]
        return _page("/v1/transfers", [one for one in wanted if first <= one["created"] < before])

    @app.get("/v1/events")
    def list_events():
        wanted = {value for name, value in request.args.items() if name.startswith("types")}
        with store.writing() as connection:
            found = [one for one in store.all(connection, "event") if not wanted or one["type"] in wanted]
        return _page("/v1/events", found)

    @app.get("/setup/<link_id>")
    def onboarding(link_id: str):
        with store.writing() as connection:
            link = store.get(connection, "link", link_id) or abort(404)
            account = store.get(connection, "account", link["account"])
        page = Response(render_template("onboarding.html", link=link, account=account))
        # Browsers hold the redirect that follows a form to form-action as well.
        shop = urlsplit(link["return_url"])
        page.headers["Content-Security-Policy"] = f"{POLICY} {shop.scheme}://{shop.netloc}"
        return page

    @app.post("/setup/<link_id>")
    def finish_onboarding(link_id: str):
        with store.writing() as connection:
            link = store.get(connection, "link", link_id) or abort(404)
            account = store.get(connection, "account", link["account"])
            state, due = CHOICES.get(request.form.get("choice", ""), CHOICES["leave"])
            account["capabilities"]["transfers"] = state
            account["requirements"] = {
                "currently_due": due,
                "disabled_reason": {"inactive": "requirements.past_due", "pending": "under_review"}.get(
                    state
                ),
            }
            account["payouts_enabled"] = state == "active"
            store.save(connection, account)
        return redirect(link["return_url"], 303)

    return app


def _page(url: str, found: list[dict]) -> Response:
    """Of objects listed newest first, those older than `starting_after` or newer than `ending_before`."""
    ids = [one["id"] for one in found]
    limit = min(int(request.args.get("limit", 10)), PAGE)
    after, before = request.args.get("starting_after"), request.args.get("ending_before")
    cursor = after or before
    if cursor and cursor not in ids:
        return _error("resource_missing", f"No such cursor: '{cursor}'", 404)
    if before:
        newer = found[: ids.index(before)]
        chosen, more = newer[-limit:], len(newer) > limit
    else:
        older = found[ids.index(after) + 1 :] if after else found
        chosen, more = older[:limit], len(older) > limit
    return jsonify({"object": "list", "url": url, "data": chosen, "has_more": more})


def _nested(form, name: str) -> dict[str, str]:
    """metadata[a]=b → {"a": "b"}."""
    start = f"{name}["
    return {field[len(start) : -1]: value for field, value in form.items() if field.startswith(start)}


def _error(code: str, message: str, status: int, kind: str = "invalid_request_error"):
    return {"error": {"type": kind, "code": code or None, "message": message}}, status
