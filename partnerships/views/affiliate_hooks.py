"""Where merchants tell of orders."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from partnerships.affiliate_signatures import ForgedPostback, verified
from partnerships.affiliate_states import Outcome
from partnerships.operations.affiliate_postbacks import EventReused, receive
from partnerships.queries.affiliate import programme_with

LARGEST_BODY = 256 * 1024  # bytes
LONGEST_ID = 100


@csrf_exempt
@require_POST
def affiliate_hook(request: HttpRequest, programme_id) -> JsonResponse:
    """200 once it is kept and makes sense, whatever came of it; 400 for what the merchant did not sign, 404
    for a programme that does not exist, 409 for an id that was another event's, 413 for too much, 422 with a
    code for what makes no sense."""
    programme = programme_with(programme_id)
    if programme is None:
        return _answer(404, "refused", "unknown_programme", "There is no such programme.")
    length = request.headers.get("Content-Length", "")
    if (length.isdigit() and int(length) > LARGEST_BODY) or len(request.body) > LARGEST_BODY:
        return _answer(413, "refused", "too_large", f"At most {LARGEST_BODY} bytes.")
    now, event_id = timezone.now(), request.headers.get("webhook-id", "")
    try:
        body = verified(programme, request.body, request.headers, now)
    except ForgedPostback as error:
        return _answer(400, "refused", "bad_signature", str(error))
    if len(event_id) > LONGEST_ID:
        return _answer(422, "refused", "invalid", f"webhook-id: at most {LONGEST_ID} characters.")
    try:
        postback = receive(programme_id=programme.pk, event_id=event_id, body=body, at=now)
    except EventReused as error:
        return _answer(409, "refused", error.code, str(error))
    status = 422 if postback.outcome == Outcome.REFUSED else 200
    return _answer(status, postback.outcome, postback.code, postback.detail)


def _answer(status: int, outcome: str, code: str = "", detail: str = "") -> JsonResponse:
    return JsonResponse({"outcome": outcome, "code": code, "detail": detail}, status=status)
