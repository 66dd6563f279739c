import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from wallets.queries.freezes import freezes_in_force
from wallets.queries.history import history as history_of
from wallets.queries.offers import offers_for
from wallets.queries.purchases import is_watched, unfinished_purchases
from wallets.queries.rewards import rewards_of
from wallets.states import UNDECIDED, DisputeState

QUICK = 3
RECENT = 5


@login_required
@require_safe
def wallet(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = _standing(request, now) | {
        "rewards": rewards_of(request.user),
        "quick": offers_for(request.user, now)[:QUICK],
    }
    return render(request, "wallets/wallet/wallet.html", context | freeze_notice(request.user))


def freeze_notice(viewer) -> dict:
    """What `wallets/freezes/notice.html` tells the owner of a frozen wallet."""
    freezes = list(freezes_in_force(viewer.pk))
    decided = (DisputeState.LOST, DisputeState.WON)
    bank_decides = all(each.dispute and each.dispute.state not in decided for each in freezes)
    return {"freezes": freezes, "bank_decides": bank_decides, "support": settings.SUPPORT_EMAIL}


@login_required
@require_safe
def wallet_standing(request: HttpRequest) -> HttpResponse:
    """The part of the wallet page that fills by itself; nothing while it is as the page has `seen` it."""
    context = _standing(request, timezone.now())
    if context["standing"] == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "wallets/wallet/news.html", context)


def _standing(request: HttpRequest, now) -> dict:
    coins = balance(VIEWER_COINS.of(request.user.pk))
    unfinished = unfinished_purchases(request.user, now)
    undecided = [each for each in unfinished if each.state in UNDECIDED]
    return {
        "coins": coins,
        "undecided": undecided,
        "came_to_nothing": [each for each in unfinished if each.state not in UNDECIDED],
        "watching": any(is_watched(each, now) for each in undecided),
        "standing": f"{coins}-{len(undecided)}-{len(unfinished)}",
        "recent": history_of(request.user, limit=RECENT).movements,
        "now": now,
    }


@login_required
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    page = history_of(
        request.user, before=_entry(request.GET.get("before")), after=_entry(request.GET.get("after"))
    )
    context = {"page": page, "now": timezone.now()}
    return render(request, "wallets/history/history.html", context)


def _entry(text: str | None) -> uuid.UUID | None:
    """A cursor from an address; one that makes no sense starts at the newest."""
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None
