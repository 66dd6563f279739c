"""Challenges for viewers. A campaign says what to do and what it earns; who joins it leaves rows of what they
did beside their gifts: days on which they checked in, what they sent in. Progress is never kept: it is
computed from what happened."""

import datetime as dt

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django_countries.fields import CountryField
from uuid_utils.compat import uuid7

from wallets.challenge_states import CampaignState, SubmissionState

CLAIM_DAYS = 7
"""How long after a campaign's end what was reached in it can be claimed."""
LARGEST_REWARD = 1_000_000
TEXT_LENGTH = 1000
REASON_LENGTH = 300
FEW_LEFT = 10

_PROMISED = (
    "slug", "title", "words", "kind", "target", "gift_slug", "starts_at", "countries", "reward", "times",
    "reviewed", "reward_days", "may_resubmit",
)  # fmt: skip


class Campaign(models.Model):
    """`target` counts what its `kind` says; each time it is reached anew (`times` at most) earns `reward`
    coins, to be spent within `reward_days`. Of the `budget` (coins), `committed` was promised to claims or
    paid, `released` was put back at the end."""

    class Kind(models.TextChoices):
        SPEND = "spend", "Coins spent on gifts"
        GIFTS = "gifts", "Gifts sent"
        CREATORS = "creators", "Creators who were sent a gift"
        CHECK_INS = "check_ins", "Days checked in"
        ROW = "row", "Days checked in, in a row"
        SUBMISSIONS = "submissions", "Submissions accepted by a creator"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=40, unique=True, help_text="Its part of the address. It stays.")
    title = models.CharField(max_length=80)
    words = models.TextField(max_length=2000, help_text="What it is about, for viewers. Its rule, dates and "
                             "reward are told beside it by themselves.")  # fmt: skip
    kind = models.CharField(max_length=12, choices=Kind)
    target = models.BigIntegerField(help_text="How many coins, gifts, creators, days or submissions.")
    gift_slug = models.SlugField(
        "gift", max_length=40, blank=True, default="", help_text="Only gifts of this kind count."
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    countries = CountryField(multiple=True, blank=True, help_text="Who may join; nobody chosen: everybody.")
    reward = models.BigIntegerField(help_text="Coins each time the target is reached.")
    times = models.PositiveSmallIntegerField(default=1, help_text="How often one viewer can earn it.")
    reward_days = models.PositiveSmallIntegerField(help_text="Days until unspent reward coins expire.")
    budget = models.BigIntegerField(help_text="Coins for all rewards together.")
    committed = models.BigIntegerField(default=0)
    released = models.BigIntegerField(default=0)
    reviewed = models.BooleanField("reviewed by staff", default=False)
    may_resubmit = models.BooleanField("may send in again after a rejection", default=False)
    judges = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="judged_campaigns")
    state = models.CharField(max_length=10, choices=CampaignState, default=CampaignState.DRAFT)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(target__range=(1, 100_000_000)),
                name="campaign_target",
                violation_error_message="The target is at least 1.",
            ),
            models.CheckConstraint(
                condition=Q(reward__range=(1, LARGEST_REWARD)),
                name="campaign_reward",
                violation_error_message=f"A reward is 1 to {LARGEST_REWARD:,} coins.",
            ),
            models.CheckConstraint(
                condition=Q(times__range=(1, 1000), reward_days__range=(1, 3650)),
                name="campaign_times_and_days",
                violation_error_message="One viewer earns it 1 to 1,000 times; coins keep 1 to 3,650 days.",
            ),
            models.CheckConstraint(
                condition=Q(budget__gte=F("reward"), budget__lte=10**12),
                name="campaign_budget_pays_once",
                violation_error_message="The budget pays for one reward at least.",
            ),
            models.CheckConstraint(
                condition=Q(committed__gte=0, released__gte=0, budget__gte=F("committed") + F("released")),
                name="campaign_budget_holds",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="campaign_ends_after_its_start",
                violation_error_message="It ends after it has begun.",
            ),
            models.CheckConstraint(condition=Q(state__in=CampaignState.values), name="campaign_state_known"),
        ]
        indexes = [models.Index(fields=["state", "ends_at"], name="campaign_by_state")]
        permissions = [("publish_campaign", "Can fund, publish, prolong and cancel campaigns")]
        triggers = [
            pgtrigger.Protect(
                name="campaign_keeps_its_promise",
                operation=pgtrigger.UpdateOf(*_PROMISED),
                condition=~pgtrigger.Q(old__state=CampaignState.DRAFT.value),
            ),
            pgtrigger.Protect(
                name="campaign_budget_only_grows",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state=CampaignState.DRAFT.value)
                & pgtrigger.Q(new__budget__lt=pgtrigger.F("old__budget")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("wallets:challenge", args=[self.slug])

    @property
    def claims_until(self) -> dt.datetime:
        return self.ends_at + dt.timedelta(days=CLAIM_DAYS)

    def is_open(self, at: dt.datetime) -> bool:
        """Whether what viewers do now counts."""
        return self.state == CampaignState.PUBLISHED and self.starts_at <= at < self.ends_at

    def is_claimable(self, at: dt.datetime) -> bool:
        return self.state == CampaignState.PUBLISHED and self.starts_at <= at < self.claims_until

    def is_for(self, country: str) -> bool:
        return not self.countries or country in [each.code for each in self.countries]

    @property
    def rewards_left(self) -> int:
        return (self.budget - self.committed - self.released) // self.reward

    @property
    def few_left(self) -> bool:
        return self.rewards_left <= FEW_LEFT

    @property
    def counts_gifts(self) -> bool:
        return self.kind in (self.Kind.SPEND, self.Kind.GIFTS, self.Kind.CREATORS)

    @property
    def counts_days(self) -> bool:
        return self.kind in (self.Kind.CHECK_INS, self.Kind.ROW)

    @property
    def is_judged(self) -> bool:
        return self.kind == self.Kind.SUBMISSIONS


class Joining(models.Model):
    """A viewer in a campaign. `time_zone` is the viewer's of that moment: by it their days are counted, so
    that no day comes twice by travelling."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="joinings")
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="joinings")
    time_zone = models.CharField(max_length=64)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["viewer", "campaign"], name="joining_once")]

    def __str__(self) -> str:
        return f"{self.viewer} in {self.campaign}"


class CheckIn(models.Model):
    """A day, of the joining's time zone, on which its viewer checked in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    joining = models.ForeignKey(Joining, on_delete=models.PROTECT, related_name="check_ins")
    date = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["joining", "date"], name="check_in_once_a_day")]
        triggers = [pgtrigger.Protect(name="check_in_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.date:%F}"


class Submission(models.Model):
    """What a viewer sent in to be judged by a creator: words, a link, or both."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    joining = models.ForeignKey(Joining, on_delete=models.PROTECT, related_name="submissions")
    text = models.TextField(max_length=TEXT_LENGTH, blank=True, default="")
    link = models.URLField(max_length=500, blank=True, default="")
    key = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=SubmissionState, default=SubmissionState.WAITING)
    submitted_at = models.DateTimeField()
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    judged_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["joining", "key"], name="submission_key_once"),
            models.UniqueConstraint(
                fields=["joining"], condition=Q(state=SubmissionState.WAITING), name="submission_one_waiting"
            ),
            models.CheckConstraint(condition=~Q(text="") | ~Q(link=""), name="submission_says_something"),
            models.CheckConstraint(
                condition=Q(state=SubmissionState.WAITING, judged_at__isnull=True)
                | Q(state=SubmissionState.ACCEPTED, judged_at__isnull=False)
                | (Q(state=SubmissionState.REJECTED, judged_at__isnull=False) & ~Q(reason="")),
                name="submission_judged_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.joining.viewer}: {self.text[:40] or self.link}"
