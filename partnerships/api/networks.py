"""What affiliate networks elsewhere brought, as the files say that were taken in."""

import uuid

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from ledger.creators import CREATORS_ONLY
from ledger.inputs import PeriodSerializer, StrictSerializer
from ledger.shapes import MoneyField, MoneySerializer
from partnerships.models import NetworkCommission
from partnerships.network_states import CommissionState, Network
from partnerships.operations.networks import ImpossiblePayday, set_payday
from partnerships.queries.networks import (
    MonthOfNetwork,
    Wanted,
    commissions_of,
    months_of_networks,
    networks_of,
    paydays_of,
    told_of,
)

NETWORK = OpenApiParameter("network", str, OpenApiParameter.PATH, enum=Network.values)


class NetworkMonthSerializer(serializers.Serializer):
    """What a month brought in one currency. `paid` is what the network says it paid, or you do; `earned` is
    all but what was declined."""

    month = serializers.DateField(source="first", help_text="Its first day.")
    rows = serializers.IntegerField()
    pending = serializers.SerializerMethodField()
    approved = serializers.SerializerMethodField()
    paid = serializers.SerializerMethodField()
    declined = serializers.SerializerMethodField()
    earned = MoneyField()

    def _sum(self, month: MonthOfNetwork, state: CommissionState) -> dict:
        return {"amount": month.by_state[state], "currency": month.currency}

    def get_pending(self, month: MonthOfNetwork) -> MoneySerializer:
        return self._sum(month, CommissionState.PENDING)

    def get_approved(self, month: MonthOfNetwork) -> MoneySerializer:
        return self._sum(month, CommissionState.APPROVED)

    def get_paid(self, month: MonthOfNetwork) -> MoneySerializer:
        return self._sum(month, CommissionState.PAID)

    def get_declined(self, month: MonthOfNetwork) -> MoneySerializer:
        return self._sum(month, CommissionState.DECLINED)


class AffiliateNetworkSerializer(serializers.Serializer):
    """`paid_until`: you say that it has paid all it approved up to and including this day."""

    network = serializers.ChoiceField(Network.choices)
    name = serializers.CharField(source="network.label")
    paid_until = serializers.DateField(allow_null=True)
    months = NetworkMonthSerializer(many=True)


class AffiliateNetworksSerializer(serializers.Serializer):
    networks = AffiliateNetworkSerializer(many=True)


class PaydaySerializer(StrictSerializer):
    until = serializers.DateField(allow_null=True, help_text="Null takes back what you said.")


class NetworkCommissionSerializer(serializers.ModelSerializer):
    """What the last file tells of a commission; what you say was paid is `paid`. `reference` is its order, or
    Amazon's tracking id."""

    state = serializers.SerializerMethodField()
    product = serializers.CharField(source="label")
    commission = MoneyField(amount="amount", help_text="Below zero for what was taken back.")
    sale = MoneyField(currency="sale_currency", allow_null=True)

    class Meta:
        model = NetworkCommission
        fields = (
            "id", "network", "external_id", "date", "advertiser", "product", "reference", "state",
            "commission", "sale", "reason", "told_at",
        )  # fmt: skip

    def get_state(self, row: NetworkCommission) -> serializers.ChoiceField(CommissionState.choices):
        return CommissionState.PAID if row.received else row.state


class ToldSerializer(serializers.Serializer):
    """What one file told of it, in the network's words."""

    file = serializers.UUIDField(source="importing_id", help_text="Among your `imports`.")
    name = serializers.CharField(source="importing.name")
    line = serializers.IntegerField()
    taken_in_at = serializers.DateTimeField(source="applied_at")
    date = serializers.DateField(source="facts.date")
    state = serializers.ChoiceField(CommissionState.choices, source="facts.state")
    commission = MoneyField(amount="amount")


class NetworkCommissionDetailSerializer(NetworkCommissionSerializer):
    told = ToldSerializer(many=True, source="tellings", help_text="The first file first.")

    class Meta(NetworkCommissionSerializer.Meta):
        fields = (*NetworkCommissionSerializer.Meta.fields, "told")


class CommissionsAskedSerializer(PeriodSerializer):
    network = serializers.ChoiceField(Network.choices, required=False)
    state = serializers.ChoiceField(CommissionState.choices, required=False)
    currency = serializers.CharField(required=False, max_length=3)
    text = serializers.CharField(
        required=False, max_length=100, help_text="Product, advertiser, order, or the network's number."
    )


class NewestDayFirst(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = ("-date", "-id")


def _answer(request: Request) -> Response:
    me = request.user.pk
    paydays, brought = paydays_of(me), {}
    for month in months_of_networks(commissions_of(me)):
        brought.setdefault(month.network, []).append(month)
    networks = [
        {"network": network, "paid_until": paydays.get(network), "months": months}
        for network, months in sorted(brought.items())
    ]
    return Response(AffiliateNetworksSerializer({"networks": networks}).data)


class AffiliateNetworksView(APIView):
    scope = "affiliate"
    permission_classes = CREATORS_ONLY

    @extend_schema(responses=AffiliateNetworksSerializer)
    def get(self, request: Request) -> Response:
        """Networks elsewhere that a file of yours told of, and what each month brought there, the newest in
        front. To bring a file: `imports/affiliate-networks/`."""
        return _answer(request)


class NetworkPaydayView(APIView):
    scope = "affiliate"
    permission_classes = CREATORS_ONLY
    problems = {ImpossiblePayday: (422, ImpossiblePayday.code)}

    @extend_schema(
        parameters=[NETWORK], request=PaydaySerializer, responses={200: AffiliateNetworksSerializer}
    )
    def put(self, request: Request, network: str) -> Response:
        """Say up to which day a network has paid all that it approved. Not every network's file tells it."""
        if network not in networks_of(request.user.pk):
            raise exceptions.NotFound
        wish = PaydaySerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        set_payday(creator=request.user, network=Network(network), at=timezone.now(), **wish.validated_data)
        return _answer(request)


class _CommissionView(generics.GenericAPIView):
    scope = "affiliate"
    permission_classes = CREATORS_ONLY
    queryset = NetworkCommission.objects.none()


class NetworkCommissionsView(generics.ListAPIView, _CommissionView):
    serializer_class = NetworkCommissionSerializer
    pagination_class = NewestDayFirst

    def get_queryset(self):
        told = CommissionsAskedSerializer(data=self.request.query_params)
        told.is_valid(raise_exception=True)
        asked = dict(told.validated_data)
        period = {"first": asked.pop("from", None), "last": asked.pop("to", None)}
        return commissions_of(self.request.user.pk, Wanted(**period, **asked))

    @extend_schema(parameters=[CommissionsAskedSerializer])
    def get(self, request: Request) -> Response:
        """Commissions that networks elsewhere told of, one by one, the newest day first."""
        return self.list(request)


class NetworkCommissionView(_CommissionView):
    serializer_class = NetworkCommissionDetailSerializer

    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """One commission, and what each file told of it."""
        found = generics.get_object_or_404(commissions_of(request.user.pk), pk=pk)
        found.tellings = told_of(found)
        return Response(NetworkCommissionDetailSerializer(found).data)
