from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from wallets import providers
from wallets.operations.events import keep_payment_event

LARGEST_BODY = 256 * 1024  # bytes


@csrf_exempt
@require_POST
def payment_hook(request: HttpRequest, provider: str) -> HttpResponse:
    """Where providers tell us of payments. 400 for what they did not sign, 404 for one that is not switched
    on; 200 once the message is kept, whatever it meant."""
    try:
        adapter = providers.provider_named(provider)
    except providers.UnknownProvider:
        return HttpResponse("No such provider.", status=404, content_type="text/plain")
    length = request.headers.get("Content-Length", "")
    if (length.isdigit() and int(length) > LARGEST_BODY) or len(request.body) > LARGEST_BODY:
        return HttpResponse("Too large.", status=413, content_type="text/plain")
    try:
        event = adapter.verify_event(request.body, request.headers)
    except providers.ForgedEvent as error:
        return HttpResponse(str(error), status=400, content_type="text/plain")
    keep_payment_event(event=event, at=timezone.now())
    return HttpResponse("Kept.", content_type="text/plain")
