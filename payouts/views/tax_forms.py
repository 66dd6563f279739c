import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ledger.creators import creator_required
from ledger.operations import IdempotencyConflict
from payouts.forms.tax_forms import TaxFormForm
from payouts.models.tax_forms import TaxFormKind
from payouts.operations.tax_forms import UnableToSign, sign_tax_form
from payouts.queries.identity import standing
from payouts.queries.tax_forms import forms_for, in_force, tax_form_of, tax_forms_of


@creator_required
@require_http_methods(["GET", "POST"])
def tax_form(request: HttpRequest) -> HttpResponse:
    """`?form=` chooses where more than one will do."""
    now, country = timezone.now(), str(request.user.country)
    kinds = forms_for(country)
    asked = request.GET.get("form")
    kind = TaxFormKind(asked) if asked in kinds else kinds[0]
    form = TaxFormForm(kind, request.POST or None, initial=_initial(request.user, now))
    if request.method == "POST" and country and form.is_valid():
        try:
            signed = sign_tax_form(
                creator=request.user, kind=kind, answers=form.answers,
                key=f"page:{form.cleaned_data['key']}", at=now,
            )  # fmt: skip
        except UnableToSign as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        except IdempotencyConflict as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Signed. {signed.get_kind_display()} is in force.")
            return redirect("payouts:verification")
    current = tax_form_of(request.user.pk)
    context = {
        "form": form,
        "kind": kind,
        "others": [other for other in kinds if other != kind],
        "country": request.user.country,
        "current": current,
        "in_force": in_force(current, country, now),
        "earlier": tax_forms_of(request.user.pk).exclude(pk=current and current.pk),
    }
    return render(request, "payouts/verification/tax_form.html", context, status=422 if form.errors else 200)


def _initial(person, now) -> dict:
    return {"key": uuid.uuid4(), "name": standing(person.pk, now).known_as or person.display_name}
