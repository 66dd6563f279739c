import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from ledger.operations import IdempotencyConflict
from ledger.queries import NoRate
from wallets.forms import GiftChoiceForm, GiftForm, MonthForm
from wallets.operations.gifts import Sent, send_gift
from wallets.operations.refusals import UnableToSend
from wallets.queries.gift_previews import cost_shown
from wallets.queries.gift_types import gift_types_at
from wallets.queries.gifts import gifts_received, total_received, with_losses
from wallets.queries.streaks import joined
from wallets.views.creators import creator_or_404, creator_page, preview_of
from wallets.views.refusals import next_step
from wallets.views.undo import seconds_left

PAGE = 25


@require_safe
def preview(request: HttpRequest, handle: str) -> HttpResponse:
    """What the chosen gift costs and brings, as the page shows it beside the button."""
    now = timezone.now()
    creator = creator_or_404(handle)
    form = GiftChoiceForm(request.GET, gift_types=list(gift_types_at(now)))
    context = {
        "creator": creator,
        "form": form,
        "preview": preview_of(request, *form.choice(), now),
        "with_balance": True,
    }
    return render(request, "wallets/gifts/preview.html", context)


@require_POST
@login_required
def send(request: HttpRequest, handle: str) -> HttpResponse:
    """Send what the form says. In a page with scripts only the panel around the button changes; one without
    has to have shown the cost of this very choice, or shows it now and sends nothing."""
    creator = creator_or_404(handle)
    page = reverse("wallets:creator", args=[handle])
    now = timezone.now()
    gift_types = list(gift_types_at(now))
    form = GiftForm(request.POST, gift_types=gift_types)
    if not request.htmx and form.is_valid() and _wants_to_look(request, *form.choice()):
        shown = preview_of(request, *form.choice(), now)
        return creator_page(request, creator, form, shown, looks=True)
    sent = refusal = None
    try:
        sent = _send(request.user, creator, form, now)
    except (UnableToSend, NoRate) as error:
        refusal = error
        form.add_error(None, str(error))
    except IdempotencyConflict:
        form.add_error(
            None, "This form had already sent another gift, and nothing was taken now. Look again, then send."
        )
    gift_type, quantity = form.choice()
    if sent is None:
        shown = preview_of(request, gift_type, quantity, now)
        if request.htmx:
            return _panel(request, creator, form, shown, refusal=refusal)
        return creator_page(request, creator, form, shown, refusal=refusal, status=422)
    if request.htmx:
        choice = {"gift_type": gift_type.slug, "quantity": quantity, "anonymous": sent.gift.anonymous}
        fresh = GiftForm(initial=choice, gift_types=gift_types)
        answer = _panel(request, creator, fresh, preview_of(request, gift_type, quantity, now), sent=sent)
        # By then the panel that would ask for a new preview is gone: this one has it.
        return trigger_client_event(answer, "gift-sent", after="swap")
    messages.success(request, _told(sent))
    facts = {"gift_type": gift_type.slug, "quantity": quantity, "sent": sent.gift.pk}
    return redirect(f"{page}?{urlencode(facts)}")


def _wants_to_look(request: HttpRequest, gift_type, quantity: int) -> bool:
    return "look" in request.POST or request.POST.get("shown") != cost_shown(gift_type, quantity)


def _send(viewer, creator, form: GiftForm, now: dt.datetime) -> Sent | None:
    if not form.is_valid():
        return None
    facts = form.cleaned_data
    return send_gift(
        viewer=viewer,
        creator=creator,
        gift_type=facts["gift_type"],
        quantity=facts["quantity"],
        message=facts["message"],
        key=f"page:{facts['key']}",
        anonymous=facts["anonymous"],
        at=now,
    )


def _told(sent: Sent) -> str:
    gift = sent.gift
    what = f"{gift} to {gift.creator}"
    if sent.replayed:
        return f"You had already sent {what}: nothing more was taken."
    return f"You sent {what}."


def _panel(request: HttpRequest, creator, form, preview, *, sent: Sent | None = None, refusal=None):
    context = {
        "creator": creator,
        "form": form,
        "preview": preview,
        "next_step": next_step(refusal),
        "told": _told(sent) if sent else "",
        "again": sent is not None,
        "undoable": sent.gift if sent and not sent.replayed else None,
        "seconds_left": seconds_left(sent.gift) if sent else 0,
    }
    return render(request, "wallets/gifts/panel.html", context)


@login_required
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """A creator's gifts, of one month or ever, and what they come to in the books."""
    if not request.user.is_creator:
        return redirect(reverse("profile") + "#creator")
    form = MonthForm(request.GET)
    month = form.cleaned_data["month"] if form.is_valid() else None
    creator_id = request.user.pk
    gifts = with_losses(gifts_received(creator_id, month))
    page = Paginator(gifts, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "month": month,
        "received": total_received(creator_id, month),
        "page_obj": page,
        "streaks": joined(page),
    }
    return render(request, "wallets/gifts/received.html", context, status=200 if form.is_valid() else 400)
