"""A person's endpoints: what they are told, and how that went."""

import datetime as dt
import json
import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payouts.views.methods import proven
from portal.models import WebhookDelivery, WebhookEndpoint
from portal.operations import webhook_replays, webhooks
from portal.operations.webhook_deliveries import GIVEN_UP_AFTER, PAUSES
from portal.queries.webhooks import deliveries_of, endpoints_of, undelivered
from portal.webhook_forms import EndpointForm, KeyForm, SinceForm
from portal.webhook_states import DeliveryState

PAGE = 25


@login_required
@require_safe
def endpoints(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/webhooks/list.html", {"endpoints": endpoints_of(request.user)})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = str(form.cleaned_data["key"] or uuid.uuid4())
        made = _tried(
            form, webhooks.add_endpoint, owner=request.user, key=key, at=timezone.now(), **form.facts()
        )
        if made:
            messages.success(request, "It is told of what happens from now on. Send it a test event.")
            return redirect(made)
    return _form(request, form)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    found = _mine(request, endpoint_id)
    form = EndpointForm(request.POST or None, endpoint=found)
    if request.method == "POST" and form.is_valid():
        which = {"owner": request.user, "endpoint_id": endpoint_id, "at": timezone.now()}
        if _tried(form, webhooks.change_endpoint, **which, **form.facts()):
            messages.success(request, "Saved.")
            return redirect(found)
    return _form(request, form, found)


@login_required
@require_safe
def endpoint(request: HttpRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """What it is told, and the log of it."""
    return _page(request, _mine(request, endpoint_id))


@never_cache
@login_required
@proven()
@require_http_methods(["GET", "POST"])
def secret(request: HttpRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """The secret, for who has just proven who they are; the form makes a new one."""
    found, form = _mine(request, endpoint_id), KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = str(form.cleaned_data["key"])
        which = {"owner": request.user, "endpoint_id": endpoint_id, "key": key}
        if _done(request, webhooks.rotate_secret, at=timezone.now(), **which):
            messages.success(request, "There is a new secret. For 24 hours the one before signs beside it.")
        return redirect("webhook_secret", endpoint_id)
    context = {"endpoint": found, "form": KeyForm.fresh(), "old_until": _old_until(found)}
    return render(request, "portal/webhooks/secret.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def test(request: HttpRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    form = KeyForm(request.POST)
    key = str(form.cleaned_data["key"]) if form.is_valid() else str(uuid.uuid4())
    sent = _done(
        request, webhook_replays.send_test, owner=request.user, endpoint_id=endpoint_id, key=key,
        at=timezone.now(),
    )  # fmt: skip
    if sent:
        messages.success(request, "A test event is on its way. Here you see what becomes of it.")
    return redirect(sent or _mine(request, endpoint_id))


@login_required
@require_POST
def switch_on(request: HttpRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    if _done(request, webhooks.switch_on, owner=request.user, endpoint_id=endpoint_id):
        messages.success(
            request, "It is told again from now on. What it missed is sent if you ask for it below."
        )
    return redirect("webhook", endpoint_id)


@login_required
@require_POST
def switch_off(request: HttpRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    if _done(request, webhooks.switch_off, owner=request.user, endpoint_id=endpoint_id, at=timezone.now()):
        messages.success(request, "Nothing is sent to it any more.")
    return redirect("webhook", endpoint_id)


@login_required
@require_POST
def remove(request: HttpRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    found = _mine(request, endpoint_id)
    webhooks.remove_endpoint(owner=request.user, endpoint_id=endpoint_id, at=timezone.now())
    messages.success(request, f"{found} is removed.")
    return redirect("webhooks")


@login_required
@require_POST
def replay_all(request: HttpRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    found, form = _mine(request, endpoint_id), SinceForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    since, now = form.cleaned_data["since"], timezone.now()
    owner = {"owner": request.user, "endpoint_id": endpoint_id}
    number = _done(request, webhook_replays.replay_all, since=since, at=now, **owner)
    if number is not None:
        words = f"{number} event{'' if number == 1 else 's'} will be sent again."
        messages.success(request, words if number else "Nothing failed or was missed since then.")
    return redirect(found)


@login_required
@require_safe
def delivery(request: HttpRequest, endpoint_id: uuid.UUID, delivery_id: uuid.UUID) -> HttpResponse:
    """What was sent, and each attempt."""
    found = _mine(request, endpoint_id)
    told = get_object_or_404(deliveries_of(found.pk), pk=delivery_id)
    context = {
        "endpoint": found,
        "delivery": told,
        "body": json.dumps(json.loads(told.event.body), indent=2, ensure_ascii=False),
        "tries": len(PAUSES) + 1,
    }
    return render(request, "portal/webhooks/delivery.html", context)


@login_required
@require_POST
def replay(request: HttpRequest, endpoint_id: uuid.UUID, delivery_id: uuid.UUID) -> HttpResponse:
    get_object_or_404(WebhookDelivery, pk=delivery_id, endpoint=_mine(request, endpoint_id))
    which = {"endpoint_id": endpoint_id, "delivery_id": delivery_id}
    if _done(request, webhook_replays.replay, owner=request.user, at=timezone.now(), **which):
        messages.success(request, "It is sent once more.")
    return redirect("webhook_delivery", endpoint_id, delivery_id)


def _mine(request: HttpRequest, endpoint_id: uuid.UUID) -> WebhookEndpoint:
    return get_object_or_404(endpoints_of(request.user), pk=endpoint_id)


def _tried(form: EndpointForm, operation, **what) -> WebhookEndpoint | None:
    """What it does; a refusal stands in the form."""
    try:
        return operation(**what)
    except webhooks.UnableToChangeWebhook as refusal:
        form.add_error(refusal.field or None, str(refusal))
    return None


def _done(request: HttpRequest, operation, **what):
    """What it does; a refusal is told on the next page. None then."""
    try:
        return operation(**what)
    except webhooks.UnknownEndpoint as refusal:
        raise Http404 from refusal
    except webhooks.UnableToChangeWebhook as refusal:
        messages.error(request, str(refusal))
    return None


def _form(request: HttpRequest, form: EndpointForm, found: WebhookEndpoint | None = None) -> HttpResponse:
    context = {"form": form, "endpoint": found, "chosen": form.chosen()}
    return render(request, "portal/webhooks/form.html", context, status=422 if form.errors else 200)


def _old_until(found: WebhookEndpoint) -> dt.datetime | None:
    """Until when two secrets sign, if they do."""
    return found.previous_until if found.has_two_secrets(timezone.now()) else None


def _page(request: HttpRequest, found: WebhookEndpoint, since: SinceForm | None = None) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in DeliveryState.values else ""
    now = timezone.now()
    context = {
        "endpoint": found,
        "page_obj": Paginator(deliveries_of(found.pk, state), PAGE).get_page(request.GET.get("page")),
        "state": state,
        "states": [("", "All"), *DeliveryState.choices],
        "since": since or SinceForm.of(found, now),
        "undelivered": found.deliveries.filter(undelivered(now)).exists(),
        "test": KeyForm.fresh(),
        "days": GIVEN_UP_AFTER.days,
        "old_until": _old_until(found),
    }
    return render(request, "portal/webhooks/endpoint.html", context, status=422 if since else 200)
