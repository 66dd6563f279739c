"""Actions that say what they will do, ask once more, and are logged. For the products' admins."""

import datetime as dt
from collections.abc import Callable, Iterable

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from ledger.admin import ActionsAdmin

CONFIRMED = "confirmed"


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is filled with: nothing where its button was only just pressed."""
    return request.POST if CONFIRMED in request.POST else None


class ReasonForm(forms.Form):
    reason = forms.CharField(
        help_text="The creator reads this.", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class ConfirmedAdmin(ActionsAdmin):
    """What `refusals` an operation raises is told in the form, beside the field that it names."""

    def ask(
        self,
        request: HttpRequest,
        row: Model,
        form: forms.Form,
        act: Callable[[dt.datetime], str],
        *,
        title: str,
        intro: str,
        button: str,
        destructive: bool = False,
        facts: Iterable[tuple[str, str]] = (),
    ) -> HttpResponse:
        """The form, and what comes of it: `act` does it at a moment and tells what was done. `facts` stand
        above the form, each a name and a value."""
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if form.is_bound and form.is_valid():
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
            "destructive": destructive,
            "facts": list(facts),
            "confirmed": CONFIRMED,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/ledger/confirm.html", context, status=status)
