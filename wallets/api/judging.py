"""What viewers sent in to challenges, for the creators who judge it."""

import uuid

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from ledger.inputs import StrictSerializer
from wallets.challenge_states import SubmissionState
from wallets.models import Campaign, Submission
from wallets.models.people import public_name
from wallets.operations.challenges import UnableToJudge, judge
from wallets.queries.challenges import campaign_judged_by, judged_by, submissions_to


class JudgedChallengeSerializer(serializers.ModelSerializer):
    waiting = serializers.IntegerField(help_text="Submissions that nobody has judged.")

    class Meta:
        model = Campaign
        fields = ["slug", "title", "state", "starts_at", "ends_at", "waiting"]


class JudgedSubmissionSerializer(serializers.ModelSerializer):
    viewer = serializers.SerializerMethodField()

    class Meta:
        model = Submission
        fields = ["id", "viewer", "text", "link", "state", "reason", "submitted_at", "judged_at"]

    def get_viewer(self, submission: Submission) -> str:
        return public_name(submission.joining.viewer)


class JudgedAskedSerializer(serializers.Serializer):
    state = serializers.ChoiceField(SubmissionState.choices, required=False)


class JudgementSerializer(StrictSerializer):
    accepted = serializers.BooleanField()
    reason = serializers.CharField(
        default="", allow_blank=True, help_text="The viewer reads it; a rejection needs it."
    )


class LastToEndFirst(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = ("-ends_at", "-id")


class NewestFirst(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = "-id"


class JudgedChallengesView(generics.ListAPIView):
    """The challenges in which you judge."""

    scope = "challenges"
    serializer_class = JudgedChallengeSerializer
    pagination_class = LastToEndFirst
    queryset = Campaign.objects.none()

    def get_queryset(self):
        return judged_by(self.request.user)


class _SubmissionsView(generics.GenericAPIView):
    scope = "challenges"
    serializer_class = JudgedSubmissionSerializer
    pagination_class = NewestFirst
    queryset = Submission.objects.none()
    problems = {UnableToJudge: (422, "judging_refused")}

    def get_queryset(self):
        campaign = campaign_judged_by(self.request.user, self.kwargs["slug"])
        if campaign is None:
            raise exceptions.NotFound
        return submissions_to(campaign)


class JudgedSubmissionsView(generics.ListAPIView, _SubmissionsView):
    def filter_queryset(self, queryset):
        asked = JudgedAskedSerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        return queryset.filter(**asked.validated_data)

    @extend_schema(parameters=[JudgedAskedSerializer])
    def get(self, request: Request, slug: str) -> Response:
        """What viewers sent in to a challenge that you judge, newest first."""
        return self.list(request)


class JudgementView(_SubmissionsView):
    @extend_schema(request=JudgementSerializer, responses=JudgedSubmissionSerializer)
    def put(self, request: Request, slug: str, pk: uuid.UUID) -> Response:
        """Accept or reject a submission; its viewer is told. May be repeated. 422: it was judged otherwise, a
        rejection says no reason, or the challenge is closed."""
        submission = generics.get_object_or_404(self.get_queryset(), pk=pk)
        wish = JudgementSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        judged = judge(
            creator=request.user, submission_id=submission.pk, at=timezone.now(), **wish.validated_data
        )
        return Response(JudgedSubmissionSerializer(judged).data)
