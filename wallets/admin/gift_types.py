import datetime as dt

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_object_actions import action

from wallets.admin.base import ConfirmedAdmin, MomentField, SaleEndFilter, sent
from wallets.models import GiftType
from wallets.operations.gift_types import (
    UnableToChangeGift,
    add_gift,
    change_gift_price,
    end_gift_sale,
    refuse_past_sale,
)


class MomentForm(forms.Form):
    effective_at = MomentField(
        label="From", required=False, help_text="In your time zone. Leave it empty for now."
    )


class GiftPriceForm(MomentForm):
    coins = forms.IntegerField(label="New price in coins", min_value=1, max_value=1_000_000)
    field_order = ("coins", "effective_at")


class NewGiftForm(forms.ModelForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.now = timezone.now()
        if start := self.fields.get("available_from"):
            start.required = start.widget.is_required = False
            start.help_text = "Leave it empty for now."

    def clean_available_from(self) -> dt.datetime:
        moment = self.cleaned_data["available_from"] or self.now
        try:
            refuse_past_sale(available_from=moment, at=self.now)
        except UnableToChangeGift as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return moment


@admin.register(GiftType)
class GiftTypeAdmin(ConfirmedAdmin):
    """A gift may be added; from then on its price changes by new rows, and it goes by ending its sale."""

    refusals = (UnableToChangeGift,)
    list_display = ["name", "slug", "coins", "available_from", "available_until"]
    list_filter = [SaleEndFilter]
    search_fields = ["slug", "name"]
    ordering = ["coins", "slug", "available_from"]
    fields = ["name", "slug", "coins", "picture", "available_from", "available_until"]
    change_actions = ["change_price", "end_sale"]
    form = NewGiftForm

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def save_model(self, request: HttpRequest, obj: GiftType, form: NewGiftForm, change: bool) -> None:
        obj.pk = add_gift(**form.cleaned_data, at=form.now).pk

    def has_announce_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("wallets.change_gifttype")

    @action(label="Change the price", methods=("GET", "POST"), button_type="a", permissions=["announce"])
    def change_price(self, request: HttpRequest, gift_type: GiftType) -> HttpResponse:
        form = GiftPriceForm(sent(request), initial={"coins": gift_type.coins})

        def change(moment: dt.datetime, now: dt.datetime) -> str:
            coins = form.cleaned_data["coins"]
            change_gift_price(gift_type_id=gift_type.pk, coins=coins, effective_at=moment, at=now)
            return f"{gift_type} costs {coins:,} coins from {moment:%Y-%m-%d %H:%M} UTC on."

        intro = "What was sent keeps its price. No notice is needed: all see the cost before they send."
        words = ("A new price for", intro, "Change the price")
        return self._ask(request, gift_type, form, change, words)

    @action(label="End its sale", methods=("GET", "POST"), button_type="a", permissions=["announce"])
    def end_sale(self, request: HttpRequest, gift_type: GiftType) -> HttpResponse:
        form = MomentForm(sent(request))

        def end(moment: dt.datetime, now: dt.datetime) -> str:
            end_gift_sale(gift_type_id=gift_type.pk, ends_at=moment, at=now)
            return f"{gift_type} is on sale until {moment:%Y-%m-%d %H:%M} UTC."

        words = ("End the sale of", "Nobody can send it from then on.", "End the sale")
        return self._ask(request, gift_type, form, end, words)

    def _ask(self, request: HttpRequest, gift_type: GiftType, form, act, words) -> HttpResponse:
        """`act` does it from a moment on and tells what was done."""
        title, intro, button = words
        return self.ask(
            request,
            gift_type,
            form,
            lambda now: act((form.cleaned_data["effective_at"] or now).astimezone(dt.UTC), now),
            may=self.has_announce_permission(request),
            title=f"{title} {gift_type}",
            intro=f"It costs {gift_type.coins:,} coins. {intro}",
            button=button,
        )
