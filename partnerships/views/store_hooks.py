import uuid

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from partnerships.operations.store_deliveries import LARGEST_BODY, Forged, TooLarge, receive
from partnerships.operations.stores import UnknownStore


@csrf_exempt
@require_POST
def store_hook(request: HttpRequest, store_id: uuid.UUID) -> HttpResponse:
    """Where shops tell us of orders. 401 for what the store's secret did not sign, 404 for a store that is
    not there or was removed; 200 once it is kept, whatever it means."""
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > LARGEST_BODY:
        return _answer(str(TooLarge()), 413)
    try:
        kept = receive(store_id=store_id, headers=request.headers, body=request.body, at=timezone.now())
    except TooLarge as refusal:
        return _answer(str(refusal), 413)
    except UnknownStore:
        return _answer("There is no such store.", 404)
    except Forged as refusal:
        return _answer(str(refusal), 401)
    return _answer("Kept." if kept else "Hello.", 200)


def _answer(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain")
