from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from portal.queries.people import creators_to_visit


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    page = "portal/home.html" if request.user.is_authenticated else "portal/welcome.html"
    return render(request, page, {"creators": creators_to_visit()})


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it by this name on pages that name no icon of their own."""
    return redirect(static("img/mark.svg"))
