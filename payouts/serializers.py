"""How payouts are written in JSON: money as `{"amount", "currency"}`, diamonds as decimal strings, moments in
ISO 8601 UTC."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger.inputs import StrictSerializer
from ledger.shapes import MoneyField, MoneySerializer
from ledger.units import DIAMOND, LARGEST, to_decimal, to_parts
from payouts.models import PayoutEvent, PayoutMethod, PayoutRequest
from payouts.states import State


@extend_schema_field({"type": "string", "example": "12500.00"})
class DiamondsField(serializers.DecimalField):
    """ "12.50" outside, hundredths inside."""

    def __init__(self, **options) -> None:
        super().__init__(max_digits=18, decimal_places=2, **options)

    def to_internal_value(self, data) -> int:
        parts = to_parts(super().to_internal_value(data), DIAMOND)
        if parts <= 0:
            self.fail("min_value", min_value="0.01")
        return parts

    def to_representation(self, value: int) -> str:
        return str(to_decimal(value, DIAMOND))


class GateSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    passed = serializers.BooleanField()
    reason = serializers.CharField()
    next_step = serializers.CharField()
    clears_on = serializers.DateField(allow_null=True)
    warning = serializers.BooleanField(
        help_text="It is passed, and its reason says what to know before one asks."
    )


@extend_schema_field({"type": "string", "example": "12500.00"})
class DecimalsField(serializers.Field):
    """The amount of a line in decimals of its unit."""

    def __init__(self, **options) -> None:
        super().__init__(read_only=True, source="*", **options)

    def to_representation(self, line) -> str:
        return str(to_decimal(line.amount, line.unit))


class LineSerializer(serializers.Serializer):
    """What one balance brings. `rate` is what one of `unit` is worth in `worth_currency`, `fx_rate` what one
    of that is worth in the payout's currency, `gross` the result in its smallest part."""

    unit = serializers.CharField(help_text="DIAMOND or a currency.")
    amount = DecimalsField()
    rate = serializers.CharField()
    worth_currency = serializers.CharField()
    fx_rate = serializers.CharField()
    gross = serializers.IntegerField()


class CashSerializer(MoneySerializer):
    amount = serializers.IntegerField(min_value=1, max_value=LARGEST, help_text="In the smallest part.")


class AskedSerializer(StrictSerializer):
    """How much of which balances."""

    diamonds = DiamondsField(required=False)
    cash = CashSerializer(many=True, required=False, max_length=20)

    def validate(self, asked: dict) -> dict:
        cash = {each["currency"]: each["amount"] for each in asked.get("cash", [])}
        if len(cash) < len(asked.get("cash", [])):
            raise serializers.ValidationError({"cash": ["Name each currency once."]})
        if not cash and "diamonds" not in asked:
            raise serializers.ValidationError({"diamonds": ["Say how much: diamonds, cash or both."]})
        return asked | {"cash": cash}


class AskedQuoteSerializer(AskedSerializer):
    when = serializers.ChoiceField(
        ["now", "next_pay_day"],
        default="now",
        help_text="Rates, terms and gates are those of that day, as far as they can be known now.",
    )


class QuoteSerializer(serializers.Serializer):
    diamonds = DiamondsField()
    lines = LineSerializer(many=True, source="parts")
    gross = MoneyField()
    fx_fee = MoneyField()
    fee = MoneyField()
    tax = MoneyField()
    net = MoneyField()
    expected_date = serializers.DateField()
    closed_gates = serializers.SerializerMethodField()

    @extend_schema_field(GateSerializer(many=True))
    def get_closed_gates(self, offer):
        return GateSerializer(self.context["closed"], many=True).data


class AskedPayoutSerializer(AskedSerializer):
    method = serializers.UUIDField(help_text="Id of the payout method in use.")
    accepted_net = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=LARGEST,
        help_text="The quote's net: a request that would bring anything else is refused.",
    )


class PayoutsAskedSerializer(serializers.Serializer):
    state = serializers.ChoiceField(State.choices, required=False, help_text="In this state alone.")


class EventSerializer(serializers.ModelSerializer):
    state = serializers.CharField(source="to_state")
    reason = serializers.CharField(source="public_reason")

    class Meta:
        model = PayoutEvent
        fields = ("at", "state", "code", "reason")


class PayoutSerializer(serializers.ModelSerializer):
    diamonds = DiamondsField()
    lines = LineSerializer(many=True)
    gross = MoneyField()
    fx_fee = MoneyField()
    fee = MoneyField()
    tax = MoneyField()
    net = MoneyField()
    method = serializers.UUIDField(source="method_id")
    account = serializers.CharField(source="method.masked")

    class Meta:
        model = PayoutRequest
        fields = (
            "id", "reference", "state", "requested_at", "diamonds", "lines",
            "gross", "fx_fee", "fee", "tax", "net", "method", "account",
        )  # fmt: skip


class PayoutDetailSerializer(PayoutSerializer):
    expected_date = serializers.DateField(
        source="expected_on",
        allow_null=True,
        help_text="Around when it should be in the account; null if more than time stands between.",
    )
    events = EventSerializer(many=True, source="public_events")

    class Meta(PayoutSerializer.Meta):
        fields = (*PayoutSerializer.Meta.fields, "expected_date", "events")


class BalancesSerializer(serializers.Serializer):
    pending = DiamondsField()
    available = DiamondsField()
    held = DiamondsField()


class CashBalanceSerializer(serializers.Serializer):
    """In the smallest part of `currency`."""

    currency = serializers.CharField()
    pending = serializers.IntegerField()
    available = serializers.IntegerField()
    held = serializers.IntegerField()


class AllBalancesSerializer(serializers.Serializer):
    diamonds = BalancesSerializer()
    cash = CashBalanceSerializer(many=True)
    next_pay_date = serializers.DateField(allow_null=True)
    gates = GateSerializer(many=True)


class MethodSerializer(serializers.ModelSerializer):
    account = serializers.CharField(source="masked")

    class Meta:
        model = PayoutMethod
        fields = ("id", "kind", "account", "bank_name", "country", "added_at", "usable_from", "retired_at")
