from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ledger.creators import creator_required
from payouts.queries import diamonds_of
from payouts.queries.clawbacks import clawbacks_of

PAGE = 20


@creator_required
@require_GET
def clawbacks(request: HttpRequest) -> HttpResponse:
    """What was claimed back, why, and what is still owed of it."""
    page = Paginator(clawbacks_of(request.user.pk), PAGE).get_page(request.GET.get("page"))
    context = {"owed": diamonds_of(request.user.pk).owed, "page_obj": page}
    return render(request, "payouts/clawbacks/list.html", context)
