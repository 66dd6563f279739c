import datetime as dt

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django_object_actions import action

from ledger.admin import ActionsAdmin
from ledger.units import TooPrecise, to_parts
from wallets.admin.base import PricedAdmin
from wallets.models import CoinPackage
from wallets.operations.packages import NOTICE, UnableToChangePrice, change_price


class PriceForm(forms.Form):
    price = forms.DecimalField(min_value=0, max_digits=12)
    first_date = forms.DateField(
        label="First day",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=f"From its first moment in UTC; more than {NOTICE.days} days from now.",
    )

    def __init__(self, *args, package: CoinPackage, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.package = package
        self.fields["price"].label = f"New price in {package.currency}"

    def clean_price(self) -> int:
        try:
            return to_parts(self.cleaned_data["price"], self.package.currency)
        except TooPrecise as error:
            raise forms.ValidationError(str(error)) from error


@admin.register(CoinPackage)
class CoinPackageAdmin(ActionsAdmin, PricedAdmin):
    list_display = ["coins", "region", "money", "available_from", "available_until"]
    list_filter = ["region", ("available_until", admin.EmptyFieldListFilter)]
    ordering = ["region", "coins", "available_from"]
    fields = ["region", "coins", "money", "currency", "available_from", "available_until"]
    change_actions = ["announce_price"]

    def has_announce_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("wallets.change_coinpackage")

    @action(label="Announce a new price", methods=("GET", "POST"), button_type="a", permissions=["announce"])
    def announce_price(self, request: HttpRequest, package: CoinPackage) -> HttpResponse:
        if not self.has_announce_permission(request):
            raise PermissionDenied
        form = PriceForm(request.POST or None, package=package)
        if request.method == "POST" and form.is_valid():
            try:
                announced = change_price(
                    package_id=package.pk,
                    price=form.cleaned_data["price"],
                    effective_at=dt.datetime.combine(
                        form.cleaned_data["first_date"], dt.time(), tzinfo=dt.UTC
                    ),
                    at=timezone.now(),
                )
            except UnableToChangePrice as refusal:
                form.add_error(None, str(refusal))
            else:
                self.log_change(
                    request, package, f"Announced {self.money(announced)} from {announced.available_from:%F}"
                )
                messages.success(request, f"{announced} will cost {self.money(announced)}.")
                return redirect("admin:wallets_coinpackage_change", announced.pk)
        context = self.admin_site.each_context(request) | {
            "title": f"A new price for {package}",
            "opts": self.opts,
            "row": package,
            "form": form,
            "intro": f"It costs {self.money(package)} now. What was sold keeps its price; a new one is "
            "refused if a coin would cost less than it pays out.",
            "button": "Announce this price",
        }
        return render(request, "admin/wallets/act.html", context)
