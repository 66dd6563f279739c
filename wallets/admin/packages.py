import datetime as dt

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_object_actions import action

from ledger.units import TooPrecise, decimals, to_parts
from wallets.admin.base import ConfirmedAdmin, PricedAdmin, SaleEndFilter, sent
from wallets.models import CoinPackage, Region
from wallets.operations.packages import (
    NOTICE,
    UnableToChangePrice,
    add_package,
    change_price,
    end_package_sale,
)
from wallets.queries.packages import currency_of

AHEAD = f"From its first moment in UTC; more than {NOTICE.days} days from now."


def first_date(help_text: str, **options) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label="First day", widget=widget, help_text=help_text, **options)


def beginning(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), tzinfo=dt.UTC)


def in_parts(price, currency: str) -> int:
    """Raises forms.ValidationError where the currency has no such part."""
    try:
        return to_parts(price, currency)
    except TooPrecise as error:
        raise forms.ValidationError(str(error)) from error


class PriceForm(forms.Form):
    price = forms.DecimalField(min_value=0, max_digits=12)
    first_date = first_date(AHEAD)

    def __init__(self, *args, package: CoinPackage, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.package = package
        self.fields["price"].label = f"New price in {package.currency}"

    def clean_price(self) -> int:
        return in_parts(self.cleaned_data["price"], self.package.currency)


class WithdrawalForm(forms.Form):
    first_date = first_date(f"Of its absence. {AHEAD}")


class NewPackageForm(forms.ModelForm):
    """A price is typed as it is read, in the currency that the region's list has."""

    price = forms.DecimalField(
        min_value=0,
        max_digits=12,
        help_text="In the currency of its price list: "
        + ", ".join(f"{region} {currency_of(region)} ({decimals(currency_of(region))})" for region in Region)
        + " (how many decimals).",
    )
    first_date = first_date("From its first moment in UTC. Leave it empty for now.", required=False)

    class Meta:
        model = CoinPackage
        fields = ["region", "coins"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.now = timezone.now()

    def clean(self) -> dict:
        facts = super().clean()
        if "price" in facts and "region" in facts:
            try:
                facts["price"] = in_parts(facts["price"], currency_of(facts["region"]))
            except forms.ValidationError as error:
                self.add_error("price", error)
        return facts


@admin.register(CoinPackage)
class CoinPackageAdmin(ConfirmedAdmin, PricedAdmin):
    """A size may be added; from then on its price changes by new rows, and it goes by ending its sale."""

    refusals = (UnableToChangePrice,)
    form = NewPackageForm
    list_display = ["coins", "region", "money", "available_from", "available_until"]
    list_filter = ["region", SaleEndFilter]
    ordering = ["region", "coins", "available_from"]
    change_actions = ["announce_price", "end_sale"]

    def get_fields(self, request: HttpRequest, obj: CoinPackage | None = None) -> list[str]:
        if obj is None:
            return ["region", "coins", "price", "first_date"]
        return ["region", "coins", "money", "currency", "available_from", "available_until"]

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def save_model(self, request: HttpRequest, obj: CoinPackage, form: NewPackageForm, change: bool) -> None:
        facts = form.cleaned_data
        date = facts["first_date"]
        added = add_package(
            region=facts["region"],
            coins=facts["coins"],
            price=facts["price"],
            available_from=beginning(date) if date else form.now,
            at=form.now,
        )
        obj.pk = added.pk

    def has_announce_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("wallets.change_coinpackage")

    @action(label="Announce a new price", methods=("GET", "POST"), button_type="a", permissions=["announce"])
    def announce_price(self, request: HttpRequest, package: CoinPackage) -> HttpResponse:
        form = PriceForm(sent(request), package=package)

        def announce(now: dt.datetime) -> str:
            announced = change_price(
                package_id=package.pk,
                price=form.cleaned_data["price"],
                effective_at=beginning(form.cleaned_data["first_date"]),
                at=now,
            )
            return f"{announced} will cost {self.money(announced)} from {announced.available_from:%F} on."

        return self.ask(
            request,
            package,
            form,
            announce,
            may=self.has_announce_permission(request),
            title=f"A new price for {package}",
            intro=f"It costs {self.money(package)} now. What was sold keeps its price; a new one is refused "
            "if a coin would cost less than it pays out.",
            button="Announce this price",
        )

    @action(label="End its sale", methods=("GET", "POST"), button_type="a", permissions=["announce"])
    def end_sale(self, request: HttpRequest, package: CoinPackage) -> HttpResponse:
        form = WithdrawalForm(sent(request))

        def withdraw(now: dt.datetime) -> str:
            ends_at = beginning(form.cleaned_data["first_date"])
            ended = end_package_sale(package_id=package.pk, ends_at=ends_at, at=now)
            return f"{ended} is sold until {ended.available_until:%F}."

        return self.ask(
            request,
            package,
            form,
            withdraw,
            may=self.has_announce_permission(request),
            title=f"End the sale of {package}",
            intro=f"It costs {self.money(package)}. From then on nobody can buy it; what was sold stays, and "
            "checkouts that were opened before can still be paid.",
            button="End its sale",
        )
