"""A creator's stores: connecting them, their keys, and what they sent."""

import json
import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from uuid_utils.compat import uuid7

from ledger.creators import creator_required
from ledger.encryption import UnableToDecrypt
from ledger.operations import IdempotencyConflict
from partnerships.forms.merch import ConnectForm, EditStoreForm, KeyForm
from partnerships.merch_states import DeliveryOutcome, Platform, StoreState
from partnerships.models import RawDelivery, Store
from partnerships.operations import stores as operations
from partnerships.operations.store_deliveries import NotReplayable, replay
from partnerships.queries.merch import deliveries_of, stores_of

PAGE = 25
TONES = {
    DeliveryOutcome.WAITING: "info",
    DeliveryOutcome.DONE: "good",
    DeliveryOutcome.IGNORED: "neutral",
    DeliveryOutcome.FAILED: "bad",
}


@creator_required
@require_GET
def stores(request: HttpRequest) -> HttpResponse:
    return render(request, "partnerships/merch/stores.html", {"stores": stores_of(request.user.pk)})


@creator_required
@require_http_methods(["GET", "POST"])
def connect(request: HttpRequest) -> HttpResponse:
    first = {"key": uuid7(), "currency": request.user.base_currency}
    form = ConnectForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            store = operations.connect_store(creator=request.user, at=timezone.now(), **form.facts())
        except (operations.TooManyStores, IdempotencyConflict) as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(store)
    return render(
        request, "partnerships/merch/connect.html", {"form": form}, status=422 if form.errors else 200
    )


@never_cache
@creator_required
@require_http_methods(["GET", "POST"])
def store(request: HttpRequest, store_id: uuid.UUID) -> HttpResponse:
    """Its address, how to connect it, and what it sent; the form changes its name and fees."""
    found = _mine(request, store_id)
    form = EditStoreForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.save_store(creator=request.user, store_id=store_id, **form.facts())
        messages.success(request, "Saved.")
        return redirect(found)
    return _page(request, found, form=form, status=422 if form.errors else 200)


@never_cache
@creator_required
@require_POST
def rotate(request: HttpRequest, store_id: uuid.UUID) -> HttpResponse:
    """A new secret, shown this once; or the key that Shopify shows, taken in."""
    found, key = _mine(request, store_id), KeyForm(request.POST)
    if found.platform == Platform.SHOPIFY and not key.is_valid():
        return _page(request, found, key=key, status=422)
    given = key.cleaned_data["secret"] if found.platform == Platform.SHOPIFY else ""
    try:
        secret = operations.rotate_secret(
            creator=request.user, store_id=store_id, secret=given, at=timezone.now()
        )
    except operations.WrongKey as refusal:
        key.add_error("secret", str(refusal))
        return _page(request, found, key=key, status=422)
    if given:
        messages.success(request, "The key is kept. Deliveries that it signs are taken in from now on.")
        return redirect(found)
    return _page(request, _mine(request, store_id), secret=secret)


@creator_required
@require_POST
def pause(request: HttpRequest, store_id: uuid.UUID) -> HttpResponse:
    return _moved(request, store_id, operations.pause_store, "Paused. What it sends is kept, and waits.")


@creator_required
@require_POST
def resume(request: HttpRequest, store_id: uuid.UUID) -> HttpResponse:
    return _moved(request, store_id, operations.resume_store, "It goes on. What waited is being counted.")


@creator_required
@require_POST
def remove(request: HttpRequest, store_id: uuid.UUID) -> HttpResponse:
    words = "Removed. Its address answers nobody any more; its orders and what they earned stay."
    _moved(request, store_id, operations.remove_store, words)
    return redirect("partnerships:stores")


def _moved(request: HttpRequest, store_id: uuid.UUID, move, words: str) -> HttpResponse:
    try:
        found = move(creator=request.user, store_id=store_id)
    except operations.UnknownStore as refusal:
        raise Http404 from refusal
    messages.success(request, words)
    return redirect(found)


@creator_required
@require_GET
def delivery(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """What a store sent, as it came."""
    mine = RawDelivery.objects.filter(store__creator=request.user).select_related("store", "order")
    found = get_object_or_404(mine, pk=delivery_id)
    context = {"delivery": found, "tone": TONES[DeliveryOutcome(found.outcome)], "body": _readable(found)}
    return render(request, "partnerships/merch/delivery.html", context)


def _readable(delivery: RawDelivery) -> str:
    try:
        body = delivery.body
    except UnableToDecrypt as error:
        return str(error)
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")


@creator_required
@require_POST
def play_again(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(RawDelivery, store__creator=request.user, pk=delivery_id)
    try:
        found = replay(delivery_id=found.pk, actor=request.user, at=timezone.now())
    except NotReplayable as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    if found.outcome == DeliveryOutcome.FAILED:
        messages.error(request, f"It still can’t be read: {found.reason}")
    else:
        messages.success(request, f"Played again: {found.get_outcome_display().lower()}.")
    return redirect(found)


def _mine(request: HttpRequest, store_id: uuid.UUID) -> Store:
    return get_object_or_404(stores_of(request.user.pk), pk=store_id)


def _page(
    request: HttpRequest,
    found: Store,
    *,
    form: EditStoreForm | None = None,
    key: KeyForm | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in DeliveryOutcome.values else ""
    page = Paginator(deliveries_of(found.pk, outcome), PAGE).get_page(request.GET.get("page"))
    for each in page:
        each.tone = TONES[DeliveryOutcome(each.outcome)]
    context = {
        "store": found,
        "address": request.build_absolute_uri(reverse("partnerships:store_hook", args=[found.pk])),
        "form": form or EditStoreForm(found),
        "key": key or KeyForm(),
        "secret": secret,
        "outcome": outcome,
        "outcomes": [("", "All"), *DeliveryOutcome.choices],
        "page_obj": page,
        "paused": found.state == StoreState.PAUSED,
        "old_until": found.old_until if found.old_until and found.old_until > timezone.now() else None,
    }
    return render(request, "partnerships/merch/store.html", context, status=status)
