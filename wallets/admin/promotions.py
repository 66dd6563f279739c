import datetime as dt
from typing import ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django_object_actions import action

from ledger.admin import ActionsAdmin, ConfirmedAddAdmin
from ledger.units import COIN, format_amount
from wallets.models import CoinPackage, Promotion
from wallets.operations.promotions import (
    UnableToPromote,
    announce_promotion,
    assert_promotion,
    end_promotion,
)

TERMS = [
    "name", "percent_off", "bonus_coins", "region", "package_coins", "first_purchase_only", "starts_at",
    "ends_at", "stock",
]  # fmt: skip


def _moment(label: str, empty: str) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=f"In your time zone. Leave it empty for {empty}.",
    )


class EndForm(forms.Form):
    ends_at = _moment("Ends at", "now")


class PromotionForm(forms.ModelForm):
    package_coins = forms.TypedChoiceField(
        label="Package", required=False, coerce=int, empty_value=None, help_text="Empty: every size."
    )
    starts_at = _moment("From", "now")
    ends_at = _moment("Until", "no end")

    class Meta:
        model = Promotion
        fields = TERMS

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.now = timezone.now()
        sizes = CoinPackage.objects.filter(available_until__isnull=True).values_list("coins", flat=True)
        field = self.fields["package_coins"]
        field.choices = [("", "Every size"), *((size, f"{size:,} coins") for size in sorted(set(sizes)))]

    def clean_starts_at(self) -> dt.datetime:
        return self.cleaned_data["starts_at"] or self.now

    def clean(self) -> dict:
        facts = super().clean()
        if not self.errors:
            try:
                assert_promotion(_terms(facts), at=self.now)
            except UnableToPromote as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return facts


def _terms(facts: dict) -> Promotion:
    return Promotion(**{name: facts[name] for name in TERMS})


def _offer(coins: int, price: int, currency: str) -> str:
    locale = get_language() or "en"
    return f"{format_amount(coins, COIN, locale)} for {format_amount(price, currency, locale)}"


@admin.register(Promotion)
class PromotionAdmin(ActionsAdmin, ConfirmedAddAdmin):
    """Announced once and for all; it may be ended early."""

    confirmation: ClassVar = {
        "title": "Announce this promotion?",
        "intro": "These terms can’t be changed afterwards, only ended early.",
        "button": "Announce this promotion",
    }
    columns = ("Price list", "Now", "With it")
    refusals = (UnableToPromote,)
    form = PromotionForm
    list_display = ["name", "offer", "region", "package_coins", "starts_at", "until", "had_by"]
    list_filter = ["region", "first_purchase_only", "starts_at"]
    search_fields = ["name"]
    ordering = ["-starts_at", "name"]
    change_actions = ["end_early"]

    def get_fields(self, request: HttpRequest, obj: Promotion | None = None) -> list[str]:
        if obj is None:
            return TERMS
        return [*TERMS, "had_by", "ended_at", "announced_at", "announced_by"]

    def get_form(self, request: HttpRequest, obj: Promotion | None = None, change: bool = False, **kwargs):
        """What was announced is only looked at."""
        return super().get_form(request, obj, change, **kwargs | ({"form": forms.ModelForm} if obj else {}))

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def effects(self, facts: dict) -> list[tuple[str, ...]]:
        """What each package on sale would be sold for, beside what it is now."""
        terms = _terms(facts)
        packages = CoinPackage.objects.filter(available_until__isnull=True).order_by("region", "coins")
        return [
            (
                package.get_region_display(),
                _offer(package.coins, package.price, package.currency),
                _offer(terms.coins_of(package), terms.price_of(package), package.currency),
            )
            for package in packages
            if terms.covers(package)
        ]

    def save_model(self, request: HttpRequest, obj: Promotion, form: PromotionForm, change: bool) -> None:
        obj.pk = announce_promotion(promotion=obj, at=form.now, by=request.user).pk

    @admin.display
    def offer(self, promotion: Promotion) -> str:
        if promotion.percent_off:
            return f"{promotion.percent_off} % off"
        return f"{promotion.bonus_coins:,} coins on top"

    @admin.display(description="until")
    def until(self, promotion: Promotion) -> dt.datetime | None:
        return promotion.last_moment

    @admin.display(description="taken")
    def had_by(self, promotion: Promotion) -> str:
        return "unlimited" if promotion.stock is None else f"{promotion.taken:,} of {promotion.stock:,}"

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        promotion = self.get_object(request, object_id)
        over = promotion is None or (promotion.last_moment and promotion.last_moment <= timezone.now())
        return () if over or not self.may_end(request) else self.change_actions

    def may_end(self, request: HttpRequest) -> bool:
        return request.user.has_perm("wallets.change_promotion")

    @action(label="End it early", methods=("GET", "POST"), button_type="a")
    def end_early(self, request: HttpRequest, promotion: Promotion) -> HttpResponse:
        if not self.may_end(request):
            raise PermissionDenied
        form = EndForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            now = timezone.now()
            moment = (form.cleaned_data["ends_at"] or now).astimezone(dt.UTC)
            try:
                end_promotion(promotion_id=promotion.pk, ends_at=moment, at=now)
            except UnableToPromote as refusal:
                form.add_error("ends_at", str(refusal))
            else:
                told = f"{promotion} ends on {moment:%Y-%m-%d %H:%M} UTC."
                self.log_change(request, promotion, told)
                messages.success(request, told)
                return redirect("admin:wallets_promotion_change", promotion.pk)
        context = self.admin_site.each_context(request) | {
            "title": f"End {promotion}",
            "opts": self.opts,
            "row": promotion,
            "form": form,
            "intro": "Nobody can begin a purchase with it from then on. What was sold, and checkouts that "
            "are open, keep their price.",
            "button": "End this promotion",
        }
        return render(request, "admin/wallets/act.html", context)
