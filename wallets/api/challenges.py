from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import exceptions, generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from ledger.idempotency import IDEMPOTENCY_KEY, idempotency_key
from ledger.inputs import StrictSerializer
from ledger.queries import NoRate
from wallets.models import Campaign, Claim, Submission
from wallets.operations.challenges import UnableToTakePart, check_in, join, submit
from wallets.operations.rewards import RewardsGone, claim
from wallets.queries.challenge_cards import Card, card_for, gift_names, rule
from wallets.queries.challenges import campaign_called, campaigns_at, claims_of, submissions_of


class NoChallenge(exceptions.NotFound):
    default_detail = "There is no challenge of this name."


class ChallengeSerializer(serializers.ModelSerializer):
    rule = serializers.SerializerMethodField()
    target = serializers.CharField(help_text="In what the kind counts.")
    reward = serializers.CharField(help_text="Coins each time the target is reached.")
    countries = serializers.SerializerMethodField()
    claims_until = serializers.DateTimeField()
    rewards_left = serializers.IntegerField()

    class Meta:
        model = Campaign
        fields = [
            "slug", "title", "words", "rule", "kind", "target", "gift_slug", "reward", "times", "reward_days",
            "rewards_left", "reviewed", "may_resubmit", "countries", "state", "starts_at", "ends_at",
            "claims_until",
        ]  # fmt: skip

    def get_rule(self, campaign: Campaign) -> str:
        return rule(campaign, self.context["gift_names"].get(campaign.gift_slug, ""))

    def get_countries(self, campaign: Campaign) -> list[str]:
        """ISO 3166 codes; none where everybody may join."""
        return [country.code for country in campaign.countries]


class ProgressSerializer(serializers.Serializer):
    """`current` counts towards the next reward."""

    current = serializers.CharField()
    target = serializers.CharField()
    claimed = serializers.IntegerField()
    claimable = serializers.IntegerField()


class ClaimSerializer(serializers.ModelSerializer):
    coins = serializers.CharField()

    class Meta:
        model = Claim
        fields = ["id", "number", "coins", "state", "reason", "claimed_at", "decided_at", "expires_at"]


class SubmissionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Submission
        fields = ["id", "text", "link", "state", "reason", "submitted_at", "judged_at"]


class OwnChallengeSerializer(serializers.Serializer):
    """A challenge and how far the reader is: `progress` is null for who has not joined."""

    challenge = ChallengeSerializer(source="campaign")
    progress = ProgressSerializer(allow_null=True)
    claims = serializers.SerializerMethodField()
    submissions = serializers.SerializerMethodField()

    @extend_schema_field(ClaimSerializer(many=True))
    def get_claims(self, card: Card) -> list:
        return ClaimSerializer(claims_of(card.joining), many=True).data if card.joining else []

    @extend_schema_field(SubmissionSerializer(many=True))
    def get_submissions(self, card: Card) -> list:
        return SubmissionSerializer(submissions_of(card.joining), many=True).data if card.joining else []


class NewSubmissionSerializer(StrictSerializer):
    """What may be said is for the operation to judge."""

    text = serializers.CharField(default="", allow_blank=True, trim_whitespace=False)
    link = serializers.CharField(default="", allow_blank=True)


class CheckInSerializer(serializers.Serializer):
    date = serializers.DateField(help_text="The day it counts for, of the time zone in which you joined.")


class EndingFirst(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = ("ends_at", "id")


class ChallengesView(generics.ListAPIView):
    """The challenges that run or are announced, the one that ends first in front."""

    scope = "challenges"
    serializer_class = ChallengeSerializer
    pagination_class = EndingFirst
    queryset = Campaign.objects.none()

    def get_queryset(self):
        return campaigns_at(timezone.now())

    def get_serializer(self, *page, **options):
        serializer = super().get_serializer(*page, **options)
        serializer.context["gift_names"] = gift_names(*page) if page else {}
        return serializer


class _ChallengeView(APIView):
    scope = "challenges"
    problems = {
        RewardsGone: (409, "rewards_gone"),
        UnableToTakePart: (422, "refused"),
        NoRate: (422, "no_rate"),
    }

    def campaign(self, slug: str) -> Campaign:
        found = campaign_called(slug)
        if found is None:
            raise NoChallenge
        return found

    def card(self, request: Request, campaign: Campaign, status: int = 200) -> Response:
        card = card_for(request.user, campaign, timezone.now())
        names = {"gift_names": gift_names([campaign])}
        return Response(OwnChallengeSerializer(card, context=names).data, status)


class ChallengeView(_ChallengeView):
    @extend_schema(responses=OwnChallengeSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """One challenge, your progress in it, what you claimed and sent in."""
        return self.card(request, self.campaign(slug))


class JoinView(_ChallengeView):
    @extend_schema(request=None, responses=OwnChallengeSerializer)
    def put(self, request: Request, slug: str) -> Response:
        """Join a challenge. May be repeated."""
        campaign = self.campaign(slug)
        join(viewer=request.user, campaign=campaign, at=timezone.now())
        return self.card(request, campaign)


class CheckInView(_ChallengeView):
    @extend_schema(request=None, responses=CheckInSerializer)
    def put(self, request: Request, slug: str) -> Response:
        """Check in for today. May be repeated."""
        made = check_in(viewer=request.user, campaign=self.campaign(slug), at=timezone.now())
        return Response(CheckInSerializer(made).data)


class SubmissionsView(_ChallengeView):
    @extend_schema(
        request=NewSubmissionSerializer, responses={201: SubmissionSerializer}, parameters=[IDEMPOTENCY_KEY]
    )
    def post(self, request: Request, slug: str) -> Response:
        """Send something in to be judged. The same key returns the first."""
        wish = NewSubmissionSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        sent = submit(
            viewer=request.user,
            campaign=self.campaign(slug),
            key=idempotency_key(request),
            at=timezone.now(),
            **wish.validated_data,
        )
        return Response(SubmissionSerializer(sent).data, status=201)


class ClaimsView(_ChallengeView):
    @extend_schema(request=None, responses={201: ClaimSerializer}, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, slug: str) -> Response:
        """Claim the next reward. The same key returns the first claim. 409: all rewards are gone; 422: the
        target is not reached, among others."""
        made = claim(
            viewer=request.user,
            campaign=self.campaign(slug),
            key=idempotency_key(request),
            at=timezone.now(),
        )
        return Response(ClaimSerializer(made).data, status=201)
