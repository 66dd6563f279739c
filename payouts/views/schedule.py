import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ledger.creators import creator_required
from ledger.queries import NoRate
from payouts.forms.preferences import PreferenceForm
from payouts.gates.accounts import country
from payouts.gates.case import Case
from payouts.operations.preferences import UnableToChoose, choose
from payouts.queries.pay_days import pay_days_of
from payouts.queries.preferences import choice, preference_of
from payouts.schedules import coming_cycles

PAGE = 12
COMING = 4


@creator_required
@require_http_methods(["GET", "POST"])
def schedule(request: HttpRequest) -> HttpResponse:
    """When the creator is paid: their choice, the coming pay days, and what earlier ones did."""
    now = timezone.now()
    case = Case(request.user, now)
    policy, where = case.policy, country(case)
    page = Paginator(pay_days_of(request.user.pk), PAGE).get_page(request.GET.get("page"))
    context = {"policy": policy, "page_obj": page, "unreachable": None if where.passed else where}
    posted = request.POST if request.method == "POST" else None
    if policy is None:
        return render(request, "payouts/schedule.html", context, status=200 if posted is None else 422)
    chosen = choice(policy, preference_of(request.user.pk))
    form = PreferenceForm(policy, posted, initial=_initial(chosen))
    if form.is_valid():
        try:
            choose(
                owner=request.user,
                schedule=form.cleaned_data["schedule"],
                minimum=form.cleaned_data["minimum"] or None,
                at=now,
            )
        except UnableToChoose as error:
            form.add_error(error.field, str(error))
        except NoRate as error:
            form.add_error("minimum", str(error))
        else:
            messages.success(request, "Saved. It holds from the next pay day on.")
            return redirect("payouts:schedule")
    context |= {
        "form": form,
        "chosen": chosen,
        "coming": coming_cycles(chosen.schedule, policy, now.astimezone(dt.UTC).date(), COMING),
    }
    return render(request, "payouts/schedule.html", context, status=422 if form.errors else 200)


def _initial(chosen) -> dict:
    return {"schedule": chosen.schedule, "minimum": chosen.minimum if chosen.own else None}
