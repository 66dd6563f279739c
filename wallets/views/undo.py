import math
import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from ledger.units import COIN, format_amount
from wallets.models import Gift
from wallets.operations.undo import NoSuchGift, UnableToUndo, Undone, undo_gift, undo_streak


@login_required
@require_POST
def undo(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _answer(request, lambda: [undo_gift(viewer=request.user, gift_id=pk, at=timezone.now())])


@login_required
@require_POST
def undo_taps(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _answer(request, lambda: undo_streak(viewer=request.user, streak_id=pk, at=timezone.now()))


def seconds_left(gift: Gift) -> int:
    """To undo it."""
    return max(math.ceil((gift.undoable_until - timezone.now()).total_seconds()), 0)


def _answer(request: HttpRequest, act) -> HttpResponse:
    told = refusal = ""
    try:
        told = _told(act())
    except NoSuchGift as error:
        raise Http404 from error
    except UnableToUndo as error:
        refusal = str(error)
    if request.htmx:
        answer = render(request, "wallets/gifts/result.html", {"told": told, "not_undone": refusal})
        return trigger_client_event(answer, "gift-sent")
    if told:
        messages.success(request, told)
    else:
        messages.error(request, refusal)
    return redirect("wallets:history")


def _told(undone: list[Undone]) -> str:
    if undone[0].replayed:
        return f"You had already undone {undone[0].gift}: its coins came back then."
    coins = format_amount(sum(each.reversal.coins for each in undone), COIN)
    what = str(undone[0].gift) if len(undone) == 1 else f"{len(undone)} gifts"
    return f"You undid {what}: {coins} came back to you."
