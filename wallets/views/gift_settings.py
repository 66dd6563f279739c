import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from wallets.operations.creator_settings import (
    NotYourGift,
    UnableToSetGifts,
    block_sender,
    set_gift_rules,
    unblock,
)
from wallets.queries.creator_settings import blocks_of, creator_settings_of
from wallets.settings_forms import GiftRulesForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """Whether a creator takes gifts, the words they do not want, and whom they blocked."""
    if not request.user.is_creator:
        return redirect(reverse("profile") + "#creator")
    if request.method == "POST":
        form = GiftRulesForm(request.POST)
        if form.is_valid() and _saved(request, form):
            messages.success(request, "Saved. It counts from now on.")
            return redirect("wallets:gift_settings")
    else:
        settings = creator_settings_of(request.user)
        facts = {
            "gifts_off": settings.gifts_off,
            "note": settings.note,
            "words": "\n".join(settings.words),
        }
        form = GiftRulesForm(initial=facts)
    context = {"form": form, "blocks": blocks_of(request.user)}
    return render(request, "wallets/gifts/settings.html", context, status=422 if form.is_bound else 200)


def _saved(request: HttpRequest, form: GiftRulesForm) -> bool:
    facts = form.cleaned_data
    try:
        set_gift_rules(
            creator=request.user,
            gifts_off=facts["gifts_off"],
            note=facts["note"],
            unwanted=facts["words"].split(),
        )
    except UnableToSetGifts as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    return True


@login_required
@require_POST
def block(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Block who sent this gift."""
    try:
        block_sender(creator=request.user, gift_id=pk, at=timezone.now())
    except NotYourGift as refusal:
        raise Http404 from refusal
    messages.success(request, "Blocked. They can send you nothing any more, and are not told.")
    return redirect("wallets:gift_settings")


@login_required
@require_POST
def lift(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    unblock(person=request.user, block_id=pk)
    messages.success(request, "The block is lifted.")
    return redirect("wallets:gift_settings")
