"""What our staff and a creator wrote to each other about a payout."""

import uuid

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from ledger.inputs import StrictSerializer
from payouts.models import PayoutRequest, SharedMessage
from payouts.operations.conversations import AlreadyAnswered, UnknownQuestion, answer
from payouts.operations.moves import UnknownPayout, WrongState
from payouts.queries.review import messages_of


class MessageSerializer(serializers.ModelSerializer):
    """A `question` of our staff waits for your answer, and the payout with it; an answer names what it
    `answers`."""

    class Meta:
        model = SharedMessage
        fields = ("id", "kind", "at", "text", "answers")


class NewAnswerSerializer(StrictSerializer):
    text = serializers.CharField(max_length=2000, help_text="Our staff read it.")


class OldestFirst(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = "id"


class _MessagesView(generics.GenericAPIView):
    scope = "payouts"
    serializer_class = MessageSerializer
    pagination_class = OldestFirst
    queryset = SharedMessage.objects.none()
    problems = {
        UnknownPayout: (404, "not_found"),
        UnknownQuestion: (404, "not_found"),
        AlreadyAnswered: (409, "already_answered"),
        WrongState: (409, "wrong_state"),
    }


class Messages(generics.ListAPIView, _MessagesView):
    """What our staff asked and told you about a payout, and your answers, in their order."""

    def get_queryset(self):
        mine = PayoutRequest.objects.filter(creator=self.request.user)
        return messages_of(generics.get_object_or_404(mine, pk=self.kwargs["payout_id"]))


class Answer(_MessagesView):
    @extend_schema(request=NewAnswerSerializer, responses={201: MessageSerializer})
    def post(self, request: Request, payout_id: uuid.UUID, message_id: uuid.UUID) -> Response:
        """Answer a question of our staff. A payout that it holds goes back into review. The same answer again
        is there once. 409: it was answered otherwise, or nobody waits any more."""
        wish = NewAnswerSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        given = answer(
            payout_id=payout_id,
            question_id=message_id,
            creator=request.user,
            text=wish.validated_data["text"],
            at=timezone.now(),
        )
        return Response(MessageSerializer(given).data, status=201)
