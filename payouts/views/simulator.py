from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from ledger.creators import creator_required
from ledger.units import DIAMOND
from payouts import queries
from payouts.forms.amounts import AmountsForm
from payouts.simulator import simulate


@creator_required
@require_GET
def simulator(request: HttpRequest) -> HttpResponse:
    """Any amount, now against the next pay day, beginning with all that is available. Nothing is held."""
    balances = queries.balances_of(request.user.pk)
    currencies = [unit for unit in balances if unit != DIAMOND]
    have = {unit: balance.available for unit, balance in balances.items() if balance.available > 0}
    form = AmountsForm(request.GET or None, initial=AmountsForm.initial_of(have), currencies=currencies)
    asked = (form.asked if form.is_valid() else {}) if request.GET else have
    context = {"form": form, "simulation": simulate(request.user, timezone.now(), asked) if asked else None}
    return render(request, "payouts/simulator.html", context)
