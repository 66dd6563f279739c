"""A creator's word against a suspension."""

import uuid

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from ledger.creators import CREATORS_ONLY
from ledger.inputs import StrictSerializer
from partnerships.models import Appeal, Programme
from partnerships.operations.appeals import appeal
from partnerships.operations.enrolments import UnknownEnrolment, WrongState


class AppealSerializer(serializers.ModelSerializer):
    """`answer` is our staff's, once it is decided."""

    class Meta:
        model = Appeal
        fields = ("id", "suspended_date", "text", "made_at", "state", "decided_at", "answer")


class NewAppealSerializer(StrictSerializer):
    text = serializers.CharField(max_length=1000, help_text="What we should know.")


class LatestFirst(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = ("-made_at", "-id")


class AppealsView(generics.ListAPIView):
    """Your appeals against suspensions from this programme, the latest in front."""

    scope = "programmes"
    permission_classes = CREATORS_ONLY
    serializer_class = AppealSerializer
    pagination_class = LatestFirst
    queryset = Appeal.objects.none()
    problems = {UnknownEnrolment: (404, "not_found"), WrongState: (409, "wrong_state")}

    def programme(self) -> Programme:
        return generics.get_object_or_404(Programme, pk=self.kwargs["pk"])

    def get_queryset(self):
        return Appeal.objects.filter(
            enrolment__programme=self.programme(), enrolment__creator=self.request.user
        )

    @extend_schema(request=NewAppealSerializer, responses={201: AppealSerializer})
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Appeal against your suspension. Somebody else than who suspended you reads it. Once for each
        suspension: while one is open it is returned. 409: there is nothing to appeal against."""
        wish = NewAppealSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        made = appeal(
            creator=request.user, programme=self.programme(), at=timezone.now(), **wish.validated_data
        )
        return Response(AppealSerializer(made).data, status=201)
