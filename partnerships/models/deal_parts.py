"""What a deal is made of: what is delivered, what is paid for it, and which rights go with it."""

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from partnerships.deal_states import DeliverableState
from partnerships.models.deals import BrandDeal


class Deliverable(models.Model):
    """Something to make and publish. Who publishes an advertisement says so: `disclosure` is how, and
    `disclosure_url` or `disclosure_file` shows it."""

    class Kind(models.TextChoices):
        VIDEO = "video", "Video"
        SHORT = "short", "Short video"
        POST = "post", "Post"
        STORY = "story", "Story"
        LIVE_MENTION = "live_mention", "Mention in a live stream"
        LIVE_STREAM = "live_stream", "Whole live stream"
        CONTENT = "content", "Content for the brand's own use"
        OTHER = "other", "Something else"

    class Disclosure(models.TextChoices):
        MISSING = "missing", "Not yet"
        LABEL = "label", "The platform's paid-partnership label"
        WORDS = "words", "In words or a hashtag (“ad”)"
        SPOKEN = "spoken", "Spoken in the recording"
        NOT_NEEDED = "not_needed", "Not needed: I don't publish it"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deal = models.ForeignKey(BrandDeal, on_delete=models.CASCADE, related_name="deliverables")
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=140)
    platform = models.CharField(max_length=40, blank=True, default="")
    due_date = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=DeliverableState, default=DeliverableState.TO_DO)
    proof_url = models.URLField(max_length=500, blank=True, default="")
    published_date = models.DateField(null=True, blank=True)
    disclosure = models.CharField(max_length=10, choices=Disclosure, default=Disclosure.MISSING)
    disclosure_url = models.URLField(max_length=500, blank=True, default="")
    disclosure_file = models.ForeignKey(
        "DealFile", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    brand_comment = models.TextField(max_length=2000, blank=True, default="")
    reminded_date = models.DateField(null=True, blank=True, editable=False)
    """On which the creator was last reminded of its due date."""

    class Meta:
        ordering = ("due_date", "id")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DeliverableState.values), name="deliverable_state")
        ]

    def __str__(self) -> str:
        return self.title


class Milestone(models.Model):
    """A part of the deal's value, without tax, and what makes it payable. `invoice` is the one that asks for
    it, a draft included."""

    class Trigger(models.TextChoices):
        SIGNING = "signing", "When the contract is signed"
        DELIVERY = "delivery", "When all is delivered"
        PUBLICATION = "publication", "When it is published"
        DATE = "date", "On the day itself"
        RESULT = "result", "When a result is reached"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deal = models.ForeignKey(BrandDeal, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(max_length=140)
    amount = models.BigIntegerField()
    due_date = models.DateField()
    trigger = models.CharField(max_length=12, choices=Trigger, default=Trigger.DELIVERY)
    invoice = models.ForeignKey(
        "Invoice", on_delete=models.SET_NULL, null=True, blank=True, related_name="milestones"
    )

    class Meta:
        ordering = ("due_date", "id")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="milestone_amount")]

    def __str__(self) -> str:
        return self.title


class UsageRight(models.Model):
    """How the brand may use what was made; without a last day, for ever."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deal = models.ForeignKey(BrandDeal, on_delete=models.CASCADE, related_name="usage_rights")
    what = models.CharField(max_length=140)
    platform = models.CharField(max_length=80, blank=True, default="")
    territory = models.CharField(max_length=80, blank=True, default="")
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("from_date", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_date__isnull=True) | Q(until_date__gte=F("from_date")),
                name="usage_ends_after_its_start",
            )
        ]

    def __str__(self) -> str:
        return self.what


class Exclusivity(models.Model):
    """Between these days the creator works for no other brand of the category."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deal = models.ForeignKey(BrandDeal, on_delete=models.CASCADE, related_name="exclusivities")
    category = models.CharField(max_length=60)
    platform = models.CharField(max_length=80, blank=True, default="")
    territory = models.CharField(max_length=80, blank=True, default="")
    from_date = models.DateField()
    until_date = models.DateField()

    class Meta:
        ordering = ("from_date", "id")
        verbose_name_plural = "exclusivities"
        constraints = [
            models.CheckConstraint(
                condition=Q(until_date__gte=F("from_date")), name="exclusivity_ends_after_its_start"
            )
        ]

    def __str__(self) -> str:
        return self.category
