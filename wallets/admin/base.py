from collections.abc import Callable, Iterable

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language

from ledger.admin import ActionsAdmin, ReadOnlyAdmin
from ledger.standing import InForceFilter
from ledger.units import format_amount


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is filled with: nothing where the page is only looked at."""
    return request.POST if request.method == "POST" else None


class MomentField(forms.DateTimeField):
    """A moment in the time zone of whoever types it, in one labelled field."""

    def __init__(self, **options) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        super().__init__(widget=widget, **options)


class SaleEndFilter(InForceFilter):
    title = "end of sale"
    field = "available_until"
    holds = "Not set"
    ended = "Set"


class PricedAdmin(ReadOnlyAdmin):
    @admin.display(ordering="price", description="price")
    def money(self, row) -> str:
        return format_amount(row.price, row.currency, get_language() or "en")


class ConfirmedAdmin(ActionsAdmin):
    """Actions that say what they will do, ask once more, and are logged. What `refusals` an operation raises
    is shown in the form, beside the field that it names."""

    def ask(
        self,
        request: HttpRequest,
        row: Model,
        form: forms.Form,
        act: Callable,
        *,
        may: bool,
        title: str,
        intro: str,
        button: str,
        facts: Iterable[tuple[str, str]] = (),
    ) -> HttpResponse:
        """The form, and what comes of it: `act` does it at a moment and tells what was done. `facts` are
        shown above the form, each a name and a value."""
        if not may:
            raise PermissionDenied
        if request.method == "POST" and form.is_valid():
            try:
                told = act(timezone.now())
            except self.refusals as refusal:
                field = getattr(refusal, "field", None)
                form.add_error(field if field in form.fields else None, str(refusal))
            else:
                self.log_change(request, row, told)
                messages.success(request, told)
                return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", row.pk)
        context = self.admin_site.each_context(request) | {
            "title": title,
            "opts": self.opts,
            "row": row,
            "form": form,
            "intro": intro,
            "button": button,
            "facts": list(facts),
        }
        return render(request, "admin/wallets/act.html", context)
