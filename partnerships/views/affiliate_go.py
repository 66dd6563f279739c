"""Where the audience follows a creator's link."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partnerships.affiliate_visitors import visitor_of
from partnerships.operations.affiliate_clicks import LinkClosed, UnknownAffiliateCode, Visitor, follow


@never_cache
@require_safe
def go(request: HttpRequest, code: str) -> HttpResponse:
    """To the merchant, with the click in the address. 404 for a code that nobody has, 410 for a link that was
    taken down."""
    try:
        url = follow(code=code, visitor=Visitor(**visitor_of(request)), at=timezone.now())
    except UnknownAffiliateCode:
        return render(request, "partnerships/affiliate/gone.html", {"closed": False}, status=404)
    except LinkClosed:
        return render(request, "partnerships/affiliate/gone.html", {"closed": True}, status=410)
    return HttpResponseRedirect(url, headers={"X-Robots-Tag": "noindex, nofollow"})
