"""Affiliate programmes and links over the API."""

import uuid

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from ledger.creators import CREATORS_ONLY
from ledger.idempotency import IDEMPOTENCY_KEY, id_for_key
from ledger.inputs import StrictSerializer
from ledger.operations import IdempotencyConflict
from ledger.shapes import MoneyField
from partnerships.affiliate_targets import address_of
from partnerships.affiliate_words import rate_in_words
from partnerships.models import AffiliateLink, AffiliateProgramme, AffiliateRate
from partnerships.operations import affiliate_links, affiliate_programmes
from partnerships.queries.affiliate import links_of, programmes_for, rates_from


class AffiliateProgrammeSerializer(serializers.ModelSerializer):
    """`joined_at` is null for one that you could join."""

    joined_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        model = AffiliateProgramme
        fields = (
            "id", "name", "about", "terms", "landing_url", "hosts", "currency", "window_days", "hold_days",
            "state", "joined_at",
        )  # fmt: skip


class AffiliateRateSerializer(serializers.ModelSerializer):
    pays = serializers.SerializerMethodField(help_text="A sentence for each line of the rate.")

    class Meta:
        model = AffiliateRate
        fields = ("effective_at", "pays")

    def get_pays(self, rate: AffiliateRate) -> list[str]:
        return rate_in_words(rate, self.context["currency"])


class AffiliateProgrammeDetailSerializer(AffiliateProgrammeSerializer):
    rates = serializers.SerializerMethodField(help_text="In force now, and announced.")

    class Meta(AffiliateProgrammeSerializer.Meta):
        fields = (*AffiliateProgrammeSerializer.Meta.fields, "rates")

    def get_rates(self, programme: AffiliateProgramme) -> AffiliateRateSerializer(many=True):
        rates = rates_from([programme.pk], self.context["at"])[programme.pk]
        return AffiliateRateSerializer(rates, many=True, context={"currency": programme.currency}).data


class AffiliateLinkSerializer(serializers.ModelSerializer):
    address = serializers.SerializerMethodField(help_text="What you give to your audience.")
    clicks = serializers.IntegerField(source="click_count", help_text="Without robots.")
    conversions = serializers.IntegerField(source="conversion_count")
    earned = MoneyField(currency="programme.currency", help_text="What is kept of its commissions.")

    class Meta:
        model = AffiliateLink
        fields = (
            "id", "programme", "code", "address", "target_url", "label", "created_at", "retired_at", "clicks",
            "conversions", "earned",
        )  # fmt: skip

    def get_address(self, link: AffiliateLink) -> str:
        return address_of(link.code)


class NewAffiliateLinkSerializer(StrictSerializer):
    programme = serializers.UUIDField(help_text="One that you joined.")
    target_url = serializers.URLField(
        default="", allow_blank=True, max_length=1000, help_text="A page of the shop; its own where empty."
    )
    label = serializers.CharField(
        default="", allow_blank=True, max_length=80, help_text="A note for yourself."
    )


class ProgrammesAskedSerializer(serializers.Serializer):
    joined = serializers.BooleanField(default=None, allow_null=True)


class LinksAskedSerializer(serializers.Serializer):
    programme = serializers.UUIDField(required=False)
    retired = serializers.BooleanField(default=None, allow_null=True)


class ByName(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = ("name", "id")


class NewestLinkFirst(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = ("-created_at", "-id")


class _ProgrammeView(generics.GenericAPIView):
    scope = "affiliate"
    permission_classes = CREATORS_ONLY
    problems = {affiliate_programmes.ProgrammeNotOpen: (422, "programme_not_open")}
    serializer_class = AffiliateProgrammeDetailSerializer
    queryset = AffiliateProgramme.objects.none()

    def get_queryset(self):
        return programmes_for(self.request.user.pk)

    def get_serializer_context(self) -> dict:
        return super().get_serializer_context() | {"at": timezone.now()}


class AffiliateProgrammesView(generics.ListAPIView, _ProgrammeView):
    serializer_class = AffiliateProgrammeSerializer
    pagination_class = ByName

    def get_queryset(self):
        told = ProgrammesAskedSerializer(data=self.request.query_params)
        told.is_valid(raise_exception=True)
        joined, found = told.validated_data["joined"], super().get_queryset()
        return found if joined is None else found.filter(joined_at__isnull=not joined)

    @extend_schema(parameters=[ProgrammesAskedSerializer])
    def get(self, request: Request) -> Response:
        """Shops whose sales pay you a commission: those you joined, and those you could."""
        return self.list(request)


class AffiliateProgrammeView(generics.RetrieveAPIView, _ProgrammeView):
    """One programme, and what it pays. Read its terms before you join."""


class JoinAffiliateProgrammeView(_ProgrammeView):
    @extend_schema(request=None)
    def put(self, request: Request, pk: uuid.UUID) -> Response:
        """Join a programme under its terms as they stand. May be repeated."""
        found = self.get_object()
        affiliate_programmes.join(programme_id=found.pk, creator=request.user, at=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)


class _LinkView(generics.GenericAPIView):
    scope = "affiliate"
    permission_classes = CREATORS_ONLY
    problems = {
        affiliate_links.UnableToMakeLink: (422, "unable_to_make_link"),
        affiliate_links.UnknownAffiliateLink: (404, "not_found"),
        IdempotencyConflict: (409, "idempotency_conflict"),
    }
    serializer_class = AffiliateLinkSerializer
    queryset = AffiliateLink.objects.none()

    def get_queryset(self):
        return links_of(self.request.user.pk)


class AffiliateLinksView(generics.ListAPIView, _LinkView):
    pagination_class = NewestLinkFirst

    def get_queryset(self):
        told = LinksAskedSerializer(data=self.request.query_params)
        told.is_valid(raise_exception=True)
        asked, found = told.validated_data, super().get_queryset()
        if "programme" in asked:
            found = found.filter(programme_id=asked["programme"])
        return found if asked["retired"] is None else found.filter(retired_at__isnull=not asked["retired"])

    @extend_schema(parameters=[LinksAskedSerializer])
    def get(self, request: Request) -> Response:
        """Your links, the newest first, with what came of each."""
        return self.list(request)

    @extend_schema(
        request=NewAffiliateLinkSerializer,
        responses={201: AffiliateLinkSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request) -> Response:
        """Make a link to a page of a shop whose programme you joined. The same key returns the first."""
        wish = NewAffiliateLinkSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        facts = wish.validated_data
        link = affiliate_links.make_link(
            key=id_for_key(request),
            creator=request.user,
            programme_id=facts["programme"],
            target_url=facts["target_url"],
            label=facts["label"],
            at=timezone.now(),
        )
        return Response(self.get_serializer(links_of(request.user.pk).get(pk=link.pk)).data, 201)


class AffiliateLinkView(generics.RetrieveAPIView, _LinkView):
    """One link, and what came of it."""


class RetireAffiliateLinkView(_LinkView):
    @extend_schema(request=None)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Take a link down: it leads nowhere from now on. Orders of earlier clicks count. May be repeated."""
        affiliate_links.retire_link(link_id=pk, creator=request.user, at=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)
