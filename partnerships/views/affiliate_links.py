"""A creator's links: made, copied, shown as a QR code, taken down."""

import base64
import io
import uuid

import qrcode
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from qrcode.image.svg import SvgPathImage

from ledger.creators import creator_required
from ledger.operations import IdempotencyConflict
from partnerships.affiliate_targets import address_of
from partnerships.forms.affiliate import LinkForm
from partnerships.operations import affiliate_links as operations
from partnerships.queries.affiliate import links_of
from partnerships.queries.affiliate_totals import clicks_by_country, clicks_by_referrer

PAGE = 25


@creator_required
@require_GET
def links(request: HttpRequest) -> HttpResponse:
    page = Paginator(links_of(request.user.pk), PAGE).get_page(request.GET.get("page"))
    for link in page:
        link.address = address_of(link.code)
    return render(request, "partnerships/affiliate/links.html", {"page_obj": page})


@creator_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = LinkForm(request.user, request.POST or None, initial={"programme": request.GET.get("programme")})
    if not form.fields["programme"].queryset.exists():
        messages.info(request, "Join a programme first; then you can make links to its shop.")
        return redirect("partnerships:affiliate_programmes")
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            link = operations.make_link(
                creator=request.user, programme_id=facts.pop("programme").pk, at=timezone.now(), **facts
            )
        except (operations.UnableToMakeLink, IdempotencyConflict) as refusal:
            form.add_error(getattr(refusal, "field", None), str(refusal))
        else:
            messages.success(request, "Your link is ready. Copy it, or let people scan it.")
            return redirect("partnerships:affiliate_link", link.pk)
    return render(
        request, "partnerships/affiliate/new_link.html", {"form": form}, status=422 if form.errors else 200
    )


@creator_required
@require_GET
def link(request: HttpRequest, link_id: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(links_of(request.user.pk), pk=link_id)
    address = address_of(found.code)
    context = {
        "link": found,
        "address": address,
        "qr": _qr(address),
        "countries": clicks_by_country(found.pk),
        "referrers": clicks_by_referrer(found.pk),
    }
    return render(request, "partnerships/affiliate/link.html", context)


def _qr(address: str) -> str:
    """As an SVG picture inside an address."""
    picture = io.BytesIO()
    qrcode.make(address, image_factory=SvgPathImage).save(picture)
    return "data:image/svg+xml;base64," + base64.b64encode(picture.getvalue()).decode()


@creator_required
@require_POST
def retire(request: HttpRequest, link_id: uuid.UUID) -> HttpResponse:
    try:
        operations.retire_link(link_id=link_id, creator=request.user, at=timezone.now())
    except operations.UnknownAffiliateLink as refusal:
        raise Http404 from refusal
    messages.success(request, "The link has been taken down. Orders of earlier clicks still count.")
    return redirect("partnerships:affiliate_link", link_id)
