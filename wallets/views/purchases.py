import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from wallets.models import CoinPurchase


@login_required
def purchase(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(CoinPurchase, pk=pk, viewer=request.user)
    return render(request, "wallets/purchases/purchase.html", {"purchase": found})
