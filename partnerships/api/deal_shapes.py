"""How brand deals and what they are made of are written in JSON."""

from rest_framework import serializers

from ledger.inputs import PeriodSerializer, StrictSerializer
from ledger.shapes import MoneyField
from partnerships.api.deal_invoices import InvoiceSerializer
from partnerships.deal_states import BEGINNINGS, MOVES, DeliverableState, Stage
from partnerships.models import BrandDeal, DealEvent, Deliverable, Exclusivity, Milestone, UsageRight

EXPANDED = ("deliverables", "milestones")
ORDERS = ("-moved_at", "moved_at", "title", "-title")


class DealsAskedSerializer(PeriodSerializer):
    """Deals whose time touches the days from `from` to `to`."""

    stage = serializers.ChoiceField(Stage.choices, required=False)
    text = serializers.CharField(
        required=False, max_length=100, help_text="In the title, brand, category or notes."
    )
    ordering = serializers.ChoiceField(ORDERS, default=ORDERS[0])
    expand = serializers.MultipleChoiceField(
        choices=EXPANDED, required=False, help_text="Put these into each deal; repeat for both."
    )


class PartSerializer(StrictSerializer, serializers.ModelSerializer):
    """A part of the deal in the context's `deal`."""


class DeliverableSerializer(PartSerializer):
    class Meta:
        model = Deliverable
        fields = (
            "id", "kind", "title", "platform", "due_date", "state", "proof_url", "published_date",
            "disclosure", "disclosure_url", "approved_at", "brand_comment",
        )  # fmt: skip
        read_only_fields = ("id", "state", "published_date", "approved_at", "brand_comment")


class MilestoneSerializer(PartSerializer):
    """`invoice` is the one that asks for it, a draft included."""

    amount = MoneyField(
        currency="deal.currency", least=1, read_only=False, help_text="Without tax, in the deal's currency."
    )

    class Meta:
        model = Milestone
        fields = ("id", "title", "amount", "due_date", "trigger", "invoice")
        read_only_fields = ("id", "invoice")

    def validate(self, facts: dict) -> dict:
        expected = self.context["deal"].currency
        if facts.pop("currency", expected) != expected:
            raise serializers.ValidationError({"amount": [f"This deal is in {expected}."]})
        return facts


class UsageRightSerializer(PartSerializer):
    class Meta:
        model = UsageRight
        fields = ("id", "what", "platform", "territory", "from_date", "until_date")


class ExclusivitySerializer(PartSerializer):
    class Meta:
        model = Exclusivity
        fields = ("id", "category", "platform", "territory", "from_date", "until_date")


class DealEventSerializer(serializers.ModelSerializer):
    class Meta:
        model = DealEvent
        fields = ("at", "what", "from_stage", "to_stage", "note")


class DealSerializer(serializers.ModelSerializer):
    """`value` is without tax. Whoever changes or moves it names the `version` that they read."""

    brand = serializers.CharField(source="brand.name")
    value = MoneyField()
    next_due_date = serializers.DateField(
        source="due", allow_null=True, help_text="When something of it is to be delivered next."
    )
    overdue = serializers.BooleanField(source="owes", help_text="An invoice of it is overdue.")
    deliverables = DeliverableSerializer(many=True, required=False)
    milestones = MilestoneSerializer(many=True, required=False)

    class Meta:
        model = BrandDeal
        fields = (
            "id", "title", "brand", "stage", "value", "category", "start_date", "end_date", "source", "notes",
            "version", "made_at", "moved_at", "next_due_date", "overdue", "deliverables", "milestones",
        )  # fmt: skip

    def get_fields(self) -> dict:
        fields = super().get_fields()
        for name in set(EXPANDED) - set(self.context.get("expand", EXPANDED)):
            del fields[name]
        return fields


class DealDetailSerializer(DealSerializer):
    usage_rights = UsageRightSerializer(many=True)
    exclusivities = ExclusivitySerializer(many=True)
    invoices = InvoiceSerializer(many=True)
    moves = serializers.SerializerMethodField(help_text="To which stages it may go, the usual way first.")
    events = DealEventSerializer(many=True)

    class Meta(DealSerializer.Meta):
        fields = (
            *DealSerializer.Meta.fields, "usage_rights", "exclusivities", "invoices", "moves", "events"
        )  # fmt: skip

    def get_moves(self, deal: BrandDeal) -> list[str]:
        return list(MOVES[Stage(deal.stage)])


class NewDealSerializer(StrictSerializer, serializers.ModelSerializer):
    brand = serializers.CharField(
        max_length=120, help_text="Its name: one of yours, whatever the case, or a new one."
    )
    value = MoneyField(read_only=False, help_text="Without tax; zero while you don't know it.")
    stage = serializers.ChoiceField([(each.value, each.label) for each in BEGINNINGS], default=Stage.LEAD)

    class Meta:
        model = BrandDeal
        fields = (
            "title", "brand", "value", "stage", "category", "start_date", "end_date", "source", "notes"
        )  # fmt: skip


class ChangedDealSerializer(NewDealSerializer):
    """What is left out stays as it is."""

    stage = None
    version = serializers.IntegerField(required=True, help_text="Of the deal as you read it.")

    class Meta(NewDealSerializer.Meta):
        fields = ("version", *(name for name in NewDealSerializer.Meta.fields if name != "stage"))

    def validate(self, facts: dict) -> dict:
        if "version" not in facts:
            raise serializers.ValidationError({"version": ["Name the version that you read."]})
        return facts


class MovedDealSerializer(StrictSerializer):
    version = serializers.IntegerField(help_text="Of the deal as you read it.")
    to = serializers.ChoiceField(Stage.choices)
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)


class MovedDeliverableSerializer(StrictSerializer):
    to = serializers.ChoiceField(DeliverableState.choices)
    proof_url = serializers.URLField(
        default="",
        allow_blank=True,
        max_length=500,
        help_text="Where it can be seen, shown to the brand; needed once it is published.",
    )
