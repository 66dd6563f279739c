"""What a creator asked to be paid, and everything that happened to it."""

import secrets

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from ledger.units import DIAMOND
from payouts.models.methods import PayoutMethod
from payouts.models.policies import PayoutPolicy
from payouts.states import OPEN, State

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread on a bank statement


def new_reference() -> str:
    """Identifies the payout on the creator's bank statement; fits SEPA's EndToEndId."""
    return "P" + "".join(secrets.choice(ALPHABET) for _ in range(12))


def _only_when(entry: str, name: str, *states: State) -> models.CheckConstraint:
    """The entry is there exactly in these states."""
    return models.CheckConstraint(
        condition=Q(**{"state__in": states, f"{entry}__isnull": False})
        | (~Q(state__in=states) & Q(**{f"{entry}__isnull": True})),
        name=name,
    )


class PayoutRequest(models.Model):
    """One payout with the quote it was asked for: `net = gross - fx_fee - fee - tax`, in the smallest part
    of `currency`; `gross_usd`, what daily caps count, in US cents. `lines` say of what `gross` is the sum.

    `version` grows with every move: a reviewer decides on the version that they have read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=200, unique=True, editable=False)
    reference = models.CharField(max_length=30, unique=True, default=new_reference, editable=False)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="payouts")
    method = models.ForeignKey(PayoutMethod, on_delete=models.PROTECT, related_name="payouts")
    policy = models.ForeignKey(PayoutPolicy, on_delete=models.PROTECT, related_name="payouts")
    state = models.CharField(max_length=12, choices=State, default=State.REQUESTED)
    version = models.PositiveIntegerField(default=1)
    requested_at = models.DateTimeField()

    gross_usd = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    gross = models.BigIntegerField()
    fx_fee = models.BigIntegerField(default=0)
    fee = models.BigIntegerField()
    tax = models.BigIntegerField()
    tax_per_mille = models.PositiveSmallIntegerField(default=0)
    net = models.BigIntegerField()

    first_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    hold_entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    release_entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    settlement_entry = models.ForeignKey(
        "ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reversal_entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-id",)
        permissions = [
            ("review_payout", "Can approve, hold and reject payouts"),
            ("retry_payout", "Can retry and cancel payouts that failed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["creator"],
                condition=Q(state__in=sorted(OPEN)),
                name="payout_one_open",
                violation_error_message="You already have a payout on its way.",
            ),
            models.CheckConstraint(
                condition=Q(net=F("gross") - F("fx_fee") - F("fee") - F("tax")), name="payout_lines_add_up"
            ),
            models.CheckConstraint(
                condition=Q(gross_usd__gt=0, gross__gt=0, net__gt=0)
                & Q(fx_fee__gte=0, fee__gte=0, tax__gte=0),
                name="payout_amounts",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="payout_state"),
            _only_when("settlement_entry", "payout_settled_by_an_entry", State.PAID, State.RETURNED),
            _only_when("reversal_entry", "payout_returned_by_an_entry", State.RETURNED),
            _only_when(
                "release_entry",
                "payout_released_by_an_entry",
                State.REJECTED,
                State.CANCELLED,
                State.RETURNED,
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="payout_by_state"),
            models.Index(fields=["creator", "-id"], name="payout_by_creator"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def stands(self) -> str:
        """Where it is, after its reference: "is in review", "failed"."""
        words = self.get_state_display().lower()
        return words if self.state == State.FAILED else f"is {words}"

    @property
    def parts(self) -> list:
        """Its lines, under the name that a quote has for them."""
        return list(self.lines.all())

    @property
    def asked(self) -> dict[str, int]:
        """{unit: smallest parts} of what is paid out."""
        return {line.unit: line.amount for line in self.lines.all()}

    @property
    def diamonds(self) -> int:
        """In hundredths; 0 for a payout of cash alone."""
        return self.asked.get(DIAMOND, 0)


class PayoutEvent(models.Model):
    """One thing that happened to a payout. `public_reason` is for the creator, `internal_note` for staff
    alone; `code` names a failure or the kind of an event that moves nothing (`first_approval`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payout = models.ForeignKey(PayoutRequest, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    from_state = models.CharField(max_length=12, choices=State, blank=True)
    to_state = models.CharField(max_length=12, choices=State)
    code = models.CharField(max_length=40, blank=True, default="")
    public_reason = models.TextField(blank=True, default="")
    internal_note = models.TextField(blank=True, default="")
    evidence = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = [
            models.Index(fields=["payout", "id"], name="payout_event_by_payout"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="payout_event_written_once"),
            pgtrigger.Protect(name="payout_event_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
