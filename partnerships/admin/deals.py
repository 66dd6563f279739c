"""Brand deals are their creators' own word: staff look, and stop links that are abused."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django_object_actions import action

from ledger.admin import ReadOnlyAdmin
from ledger.confirmed import ConfirmedAdmin, ReasonForm, sent
from ledger.standing import InForceFilter
from ledger.units import format_amount
from partnerships.models import Brand, BrandDeal, DealShare, Invoice
from partnerships.operations import deal_shares as operations
from partnerships.operations.deal_moves import UnknownDeal


def _money(parts: int, currency: str) -> str:
    return format_amount(parts, currency, get_language() or "en")


@admin.register(Brand)
class BrandAdmin(ReadOnlyAdmin):
    list_display = ("name", "creator", "country", "made_at")
    list_select_related = ("creator",)
    search_fields = ("name", "=creator__email", "=creator__handle")
    search_help_text = "Part of the name, or the creator's whole email or handle."
    ordering = ("-id",)


@admin.register(BrandDeal)
class BrandDealAdmin(ReadOnlyAdmin):
    list_display = ("title", "creator", "brand", "stage", "worth", "moved_at")
    list_filter = ("stage", "currency")
    list_select_related = ("creator", "brand")
    search_fields = ("title", "brand__name", "=creator__email", "=creator__handle")
    search_help_text = "Part of the title or brand, or the creator's whole email or handle."
    ordering = ("-id",)
    exclude = ("notes",)
    readonly_fields = ("history",)

    @admin.display(description="value", ordering="value")
    def worth(self, deal: BrandDeal) -> str:
        return _money(deal.value, deal.currency)

    @admin.display(description="what happened")
    def history(self, deal: BrandDeal) -> str:
        return "\n".join(f"{event.at:%Y-%m-%d %H:%M} {event.what}" for event in deal.events.all())


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = ("name", "creator", "brand", "state", "total", "issue_date", "due_date")
    list_filter = ("state", "currency")
    list_select_related = ("creator", "brand")
    search_fields = ("=number", "brand__name", "=creator__email", "=creator__handle")
    search_help_text = "A number, part of the brand's name, or the creator's whole email or handle."
    ordering = ("-id",)
    exclude = ("seller_details", "payment_details")

    @admin.display(description="total", ordering="gross")
    def total(self, invoice: Invoice) -> str:
        return _money(invoice.gross, invoice.currency)


class FrozenFilter(InForceFilter):
    field = "frozen_at"
    holds = "Not frozen"
    ended = "Frozen"


@admin.register(DealShare)
class DealShareAdmin(ConfirmedAdmin):
    """Not the link itself: who looks at the desk need not open it."""

    refusals = (operations.UnableToShare, UnknownDeal)
    list_display = ("deal", "creator", "made_at", "expires_at", "seen_at", "revoked_at", "frozen_at")
    list_filter = (FrozenFilter,)
    list_select_related = ("deal__creator",)
    search_fields = ("deal__title", "=deal__creator__email", "=deal__creator__handle")
    search_help_text = "Part of the deal's title, or the creator's whole email or handle."
    ordering = ("-id",)
    exclude = ("token", "digest")
    change_actions = ("freeze", "thaw")

    @admin.display(ordering="deal__creator")
    def creator(self, share: DealShare):
        return share.deal.creator

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        share = self.get_object(request, object_id)
        if share is None or not request.user.has_perm("partnerships.freeze_dealshare"):
            return ()
        return ("thaw",) if share.frozen_at else ("freeze",)

    @action(label="Freeze the link", methods=("POST",), button_type="form")
    def freeze(self, request: HttpRequest, share: DealShare) -> HttpResponse:
        form = ReasonForm(sent(request))

        def act(at: dt.datetime) -> str:
            operations.freeze_share(share_id=share.pk, actor=request.user, at=at, **form.cleaned_data)
            return f"{share} is frozen."

        return self.ask(
            request, share, form, act, title=f"Freeze the {share}", button="Freeze", destructive=True,
            intro="Nobody sees anything by it any more, and its creator can make no other for this deal.",
        )  # fmt: skip

    @action(label="Open the link again", methods=("POST",), button_type="form")
    def thaw(self, request: HttpRequest, share: DealShare) -> HttpResponse:
        form = forms.Form(sent(request))

        def act(at: dt.datetime) -> str:
            operations.thaw_share(share_id=share.pk, actor=request.user, at=at)
            return f"{share} opens again."

        return self.ask(
            request, share, form, act, title=f"Open the {share} again", button="Open again",
            intro="It shows the deal again, as far as it was not revoked and has not expired.",
        )  # fmt: skip
