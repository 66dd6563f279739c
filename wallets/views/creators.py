import datetime as dt

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ledger.units import DIAMOND, decimals
from wallets.forms import GiftChoiceForm, GiftForm, SentForm
from wallets.models import Gift
from wallets.queries.creator_settings import creator_settings_of
from wallets.queries.creators import creator_called
from wallets.queries.gift_previews import preview_gift
from wallets.queries.gift_types import gift_types_at
from wallets.queries.gifts import undoable_gift
from wallets.queries.limits import settings_of
from wallets.queries.streaks import Streak, recent_streaks
from wallets.queries.streams import feed_position, open_stream, summary_of_late, viewers_of
from wallets.views.refusals import next_step
from wallets.views.undo import seconds_left


@require_safe
def creator(request: HttpRequest, handle: str) -> HttpResponse:
    """`gift_type` and `quantity` in the address choose a gift, as links and pages without scripts do; `sent`
    is the one that was just sent by such a page."""
    now = timezone.now()
    found = creator_or_404(handle)
    gift_types = list(gift_types_at(now))
    gift_type, quantity = GiftChoiceForm(request.GET, gift_types=gift_types).choice()
    choice = {"gift_type": gift_type and gift_type.slug, "quantity": quantity}
    if request.user.is_authenticated:
        choice["anonymous"] = settings_of(request.user).anonymous
    form = GiftForm(initial=choice, gift_types=gift_types)
    return creator_page(
        request, found, form, preview_of(request, gift_type, quantity, now), sent=_just_sent(request, now)
    )


def _just_sent(request: HttpRequest, now: dt.datetime) -> Gift | None:
    sent = SentForm(request.GET)
    if not request.user.is_authenticated or not sent.is_valid():
        return None
    return undoable_gift(request.user.pk, sent.cleaned_data["sent"], now)


@require_safe
def latest_gifts(request: HttpRequest, handle: str) -> HttpResponse:
    """The list of gifts, for pages that look for news; nothing while they have `seen` the newest."""
    streaks = recent_streaks(creator_or_404(handle).pk)
    context = {"handle": handle, "streaks": streaks, "seen": _seen(streaks)}
    if streaks and context["seen"] == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "wallets/creators/latest.html", context)


def _seen(streaks: list[Streak]) -> str:
    """Another one whenever a gift has come or was undone."""
    return f"{streaks[0].last.pk}:{sum(streak.taps for streak in streaks)}" if streaks else ""


def creator_page(
    request: HttpRequest,
    found,
    form: GiftForm,
    preview,
    *,
    refusal=None,
    sent: Gift | None = None,
    looks: bool = False,
    status: int = 200,
) -> HttpResponse:
    """`sent` can still be undone. `looks`: the reader asked for the cost, or had to see it before anything is
    sent."""
    live = _live(request, found)
    streaks = recent_streaks(found.pk)
    rules = creator_settings_of(found)
    context = {
        "creator": found,
        "handle": found.handle,
        "own": found.pk == request.user.pk,
        "form": form,
        "preview": preview,
        "gifts_off": rules.gifts_off,
        "note": rules.note,
        "next_step": next_step(refusal),
        "looks": looks,
        "undoable": sent,
        "seconds_left": seconds_left(sent) if sent else 0,
        "streaks": streaks,
        "seen": _seen(streaks),
    }
    return render(request, "wallets/creators/creator.html", context | live, status=status)


def _live(request: HttpRequest, creator) -> dict:
    """What the page shows of an open stream, and where it hears of more. The position is read first: what
    comes while the page is made is told by the feed."""
    now = timezone.now()
    position = feed_position() if settings.FEED_URL or settings.FEED_PORT else ""
    stream = open_stream(creator.pk)
    return {
        "position": position,
        "stream": stream,
        "summary": stream and summary_of_late(stream, now),
        "viewers": stream and viewers_of(stream.pk, now),
        "diamond_decimals": decimals(DIAMOND),
    }


def preview_of(request: HttpRequest, gift_type, quantity: int, now):
    """None where no gift is on sale."""
    if gift_type is None:
        return None
    return preview_gift(viewer=request.user, gift_type=gift_type, quantity=quantity, at=now)


def creator_or_404(handle: str):
    found = creator_called(handle)
    if found is None:
        raise Http404
    return found
