from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ledger.units import DIAMOND, decimals
from wallets.operations.overlays import ask_for_sample, renew_address, revoke_address, save_overlay
from wallets.queries.overlays import overlay_of, overlay_of_token
from wallets.stream_forms import OverlayForm
from wallets.views.feed import feed_url


@never_cache
@require_safe
def overlay(request: HttpRequest, token: str) -> HttpResponse:
    """The page that streaming software opens; 404 once its address is revoked."""
    found = overlay_of_token(token)
    if found is None:
        raise Http404
    context = {
        "overlay": found,
        "feed": reverse("wallets:overlay_events", args=[token]) if feed_url(request) else "",
        "diamond_decimals": decimals(DIAMOND),
    }
    answer = render(request, "wallets/overlays/overlay.html", context)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    if not request.user.is_creator:
        return redirect(reverse("profile") + "#creator")
    form = OverlayForm(request.POST or None, instance=overlay_of(request.user.pk))
    if request.method == "POST" and form.is_valid():
        save_overlay(creator=request.user, at=timezone.now(), **form.cleaned_data)
        return redirect("wallets:overlay_settings")
    return _page(request, form, status=422 if form.errors else 200)


@never_cache
@login_required
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Shows the new address, this once: it is kept nowhere."""
    if not request.user.is_creator:
        raise Http404
    token = renew_address(creator=request.user, at=timezone.now())
    address = request.build_absolute_uri(reverse("wallets:overlay", args=[token]))
    return _page(request, OverlayForm(instance=overlay_of(request.user.pk)), address=address)


@login_required
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    revoke_address(creator=request.user, at=timezone.now())
    return redirect("wallets:overlay_settings")


@login_required
@require_POST
def sample(request: HttpRequest) -> HttpResponse:
    ask_for_sample(creator=request.user, at=timezone.now())
    return redirect("wallets:overlay_settings")


def _page(request: HttpRequest, form: OverlayForm, *, address: str = "", status: int = 200) -> HttpResponse:
    context = {"form": form, "overlay": overlay_of(request.user.pk), "address": address}
    return render(request, "wallets/overlays/settings.html", context, status=status)
