"""The usual way behind the site's own API: the same authentication, permission, limits and JSON as for the
portal's gifts."""

from django.utils import timezone
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.peers.usual import NotEnough, send
from ledger.idempotency import idempotency_key
from wallets.api.gifts import WISH
from wallets.queries.gift_wishes import wished


class UsualGiftsView(APIView):
    scope = "gifts"
    replays_itself = True  # as the portal's does
    problems = {NotEnough: (422, "insufficient_coins")}

    def post(self, request: Request) -> Response:
        now = timezone.now()
        facts = WISH.run_validation(request.data)
        creator, gift_type = wished(facts["creator"].lower(), facts["gift_type"], now)
        if creator is None or gift_type is None:
            raise exceptions.NotFound
        sent = send(
            viewer=request.user,
            creator=creator,
            gift_type=gift_type,
            quantity=facts["quantity"],
            key=f"gift:{request.user.pk}:{idempotency_key(request)}",
            at=now,
        )
        gift = sent.gift
        told = {
            "id": gift.pk,
            "creator": gift.creator.handle,
            "gift_type": gift.gift_type.slug,
            "quantity": gift.quantity,
            "coins": gift.coins,
            "diamonds": gift.diamonds,
            "message": gift.message,
            "sent_at": gift.sent_at.isoformat(),
        }
        return Response(told, status=201)
