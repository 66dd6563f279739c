"""Tapping a gift again and again: each tap is a gift of its own, sent without drawing the page anew."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from ledger.chart import VIEWER_COINS
from ledger.operations import IdempotencyConflict
from ledger.queries import NoRate, balance
from ledger.units import COIN, format_amount
from wallets.forms import TapForm
from wallets.operations.gifts import send_gift
from wallets.operations.refusals import UnableToSend
from wallets.queries.gift_types import gift_types_at
from wallets.queries.gifts import undoable_taps
from wallets.views.creators import creator_or_404
from wallets.views.refusals import next_step
from wallets.views.undo import seconds_left


@login_required
@require_POST
def tap(request: HttpRequest, handle: str) -> HttpResponse:
    """Send one gift of a streak: {"balance": in words}, or 422 with what the page shows instead. The same key
    sends once, so a tap without an answer may be repeated."""
    now = timezone.now()
    creator = creator_or_404(handle)
    form = TapForm(request.POST, gift_types=list(gift_types_at(now)))
    refusal = None
    if form.is_valid():
        facts = form.cleaned_data
        try:
            send_gift(
                viewer=request.user,
                creator=creator,
                gift_type=facts["gift_type"],
                quantity=facts["quantity"],
                key=f"page:{facts['key']}",
                streak_id=facts["streak"],
                anonymous=facts["anonymous"],
                at=now,
            )
        except (UnableToSend, NoRate, IdempotencyConflict) as error:
            refusal = error
            form.add_error(None, str(error))
        else:
            coins = balance(VIEWER_COINS.of(request.user.pk))
            return JsonResponse({"balance": format_amount(coins, COIN, get_language() or "en")})
    context = {"form": form, "next_step": next_step(refusal)}
    return render(request, "wallets/gifts/result.html", context, status=422)


@login_required
@require_safe
def streak(request: HttpRequest, handle: str, pk: uuid.UUID) -> HttpResponse:
    """What has been sent of a streak in the last half minute, and can be undone."""
    taps = undoable_taps(request.user.pk, pk, timezone.now())
    context = {
        "taps": taps,
        "coins": sum(gift.coins for gift in taps),
        "quantity": sum(gift.quantity for gift in taps),
        "streak_id": pk,
        "seconds_left": seconds_left(taps[0]) if taps else 0,
    }
    return render(request, "wallets/gifts/streak.html", context)
