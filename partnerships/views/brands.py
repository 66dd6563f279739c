"""Brands, the people there, and what came of them."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger.creators import creator_required
from partnerships.deal_states import Stage
from partnerships.forms.deals import BrandForm, ContactForm
from partnerships.models import Brand, Contact
from partnerships.operations import deals as operations
from partnerships.operations.deal_moves import UnknownDeal
from partnerships.queries.deal_invoices import totals_of_brand
from partnerships.queries.deals import brands_of, deals_of, totals
from partnerships.views.deals import TONES

PAGE = 25


def _brand(request: HttpRequest, brand_id: uuid.UUID) -> Brand:
    return get_object_or_404(brands_of(request.user.pk), pk=brand_id)


@creator_required
@require_GET
def brands(request: HttpRequest) -> HttpResponse:
    found = brands_of(request.user.pk).annotate(count=Count("deals"))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "partnerships/deals/brands.html", {"page_obj": page})


@creator_required
@require_GET
def brand(request: HttpRequest, brand_id: uuid.UUID) -> HttpResponse:
    found = _brand(request, brand_id)
    deals = deals_of(request.user.pk).filter(brand=found).order_by("-moved_at", "-id")
    page = Paginator(deals, PAGE).get_page(request.GET.get("page"))
    for deal in page:
        deal.tone = TONES[Stage(deal.stage)]
    context = {
        "brand": found,
        "contacts": found.contacts.order_by("name"),
        "page_obj": page,
        "totals": totals(deals),
        "invoiced": totals_of_brand(found),
    }
    return render(request, "partnerships/deals/brand.html", context)


@creator_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, brand_id: uuid.UUID | None = None) -> HttpResponse:
    """A new brand, or this one."""
    found = _brand(request, brand_id) if brand_id else None
    form = BrandForm(request.POST or None, initial=BrandForm.initial_of(found) if found else None)
    if request.method == "POST" and form.is_valid():
        key = found.pk if found else form.cleaned_data["key"]
        try:
            kept = operations.save_brand(creator=request.user, key=key, at=timezone.now(), **form.facts)
        except operations.UnableToSave as refusal:
            form.add_error(refusal.field, str(refusal))
        except UnknownDeal as refusal:
            raise Http404 from refusal
        else:
            messages.success(request, "Saved.")
            return redirect(kept)
    context = {"form": form, "brand": found, "called": "brand"}
    return render(request, "partnerships/deals/brand_form.html", context, status=422 if form.errors else 200)


@creator_required
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, brand_id: uuid.UUID, contact_id: uuid.UUID | None = None) -> HttpResponse:
    found = _brand(request, brand_id)
    known = get_object_or_404(Contact, brand=found, pk=contact_id) if contact_id else None
    form = ContactForm(request.POST or None, initial=ContactForm.initial_of(known) if known else None)
    if request.method == "POST" and form.is_valid():
        key = known.pk if known else form.cleaned_data["key"]
        try:
            operations.save_contact(creator=request.user, brand_id=found.pk, key=key, **form.facts)
        except UnknownDeal as refusal:
            raise Http404 from refusal
        messages.success(request, "Saved.")
        return redirect(found)
    context = {"form": form, "brand": found, "called": "contact", "contact": known}
    return render(request, "partnerships/deals/brand_form.html", context, status=422 if form.errors else 200)


@creator_required
@require_POST
def remove_contact(request: HttpRequest, brand_id: uuid.UUID, contact_id: uuid.UUID) -> HttpResponse:
    found = _brand(request, brand_id)
    operations.remove_contact(creator=request.user, contact_id=contact_id)
    messages.success(request, "Removed.")
    return redirect(found)
