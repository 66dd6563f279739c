from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import formats, timezone
from django.utils.html import format_html_join
from django_object_actions import action

from ledger.admin import ReadOnlyAdmin
from ledger.queries import NoRate
from wallets.admin.base import ConfirmedAdmin, sent
from wallets.challenge_states import ClaimState
from wallets.models import Claim, Submission
from wallets.models.challenges import REASON_LENGTH
from wallets.operations.rewards import UnableToDecide, approve, reject
from wallets.queries.evidence import others_at
from wallets.queries.progress import progress_in


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=REASON_LENGTH,
        help_text="The viewer reads this.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@admin.register(Claim)
class ClaimAdmin(ConfirmedAdmin):
    """The queue of rewards to review, each with what is known about it."""

    refusals = (UnableToDecide, NoRate)
    list_display = ["claimed_at", "viewer", "campaign", "coins", "state", "signals", "decided_by"]
    list_filter = ["state", "claimed_at"]
    list_select_related = ["joining__viewer", "joining__campaign", "decided_by"]
    search_fields = ["=joining__viewer__email", "=joining__viewer__handle", "=joining__campaign__slug"]
    search_help_text = "The viewer's whole email or handle, or the campaign's whole slug."
    ordering = ["claimed_at", "id"]
    fields = [
        "viewer", "campaign", "number", "coins", "state", "claimed_at", "joined_at", "when_claimed",
        "as_it_stands", "around_then", "decided_at", "decided_by", "reason", "expires_at", "expired",
        "entry",
    ]  # fmt: skip
    readonly_fields = fields
    change_actions = ["approve", "reject"]

    @admin.display(ordering="joining__viewer__email")
    def viewer(self, claim: Claim):
        return claim.joining.viewer

    @admin.display(ordering="joining__campaign__title")
    def campaign(self, claim: Claim):
        return claim.joining.campaign

    @admin.display(description="signals")
    def signals(self, claim: Claim) -> int:
        return len(claim.evidence.get("signals", ()))

    @admin.display(description="joined")
    def joined_at(self, claim: Claim) -> str:
        return formats.date_format(timezone.localtime(claim.joining.joined_at), "DATETIME_FORMAT")

    @admin.display(description="when it was claimed")
    def when_claimed(self, claim: Claim) -> str:
        evidence = claim.evidence
        lines = [
            f"Progress: {evidence['progress']:,}, for a target of {evidence['target']:,}",
            f"Account: {evidence['account_age_days']:,} days old",
            f"Coins ever bought: {evidence['coins_bought']:,}",
            *evidence["signals"],
        ]
        return format_html_join("", "<p>{}</p>", ((line,) for line in lines))

    @admin.display(description="as it stands now")
    def as_it_stands(self, claim: Claim) -> str:
        progress = progress_in(claim.joining, timezone.now())
        enough = "enough" if progress.reached >= claim.number else "no longer enough"
        return f"Progress: {progress.value:,}, which is {enough} for reward {claim.number}"

    @admin.display(description="claims around then")
    def around_then(self, claim: Claim) -> str:
        others = others_at(claim)
        return f"{others:,} other{'' if others == 1 else 's'} of this campaign within an hour"

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("wallets.review_claim")

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        claim = self.get_object(request, object_id)
        waits = claim is not None and claim.state == ClaimState.WAITING
        own = waits and claim.joining.viewer_id == request.user.pk
        return self.change_actions if waits and not own and self.has_review_permission(request) else ()

    @action(label="Approve", methods=("GET", "POST"), button_type="a", permissions=["review"])
    def approve(self, request: HttpRequest, claim: Claim) -> HttpResponse:
        def act(now) -> str:
            decided = approve(claim_id=claim.pk, actor=request.user, at=now)
            return f"Approved: {decided.coins:,} coins are paid."

        return self.ask(
            request,
            claim,
            forms.Form(sent(request)),
            act,
            may=self.has_review_permission(request),
            title=f"Approve {claim}",
            intro="The coins are paid at once, and the viewer is told.",
            button="Approve and pay",
            facts=self._facts(claim),
        )

    @action(label="Reject", methods=("GET", "POST"), button_type="a", permissions=["review"])
    def reject(self, request: HttpRequest, claim: Claim) -> HttpResponse:
        form = ReasonForm(sent(request))

        def act(now) -> str:
            reason = form.cleaned_data["reason"]
            decided = reject(claim_id=claim.pk, actor=request.user, reason=reason, at=now)
            return f"Rejected: {decided.reason}"

        return self.ask(
            request,
            claim,
            form,
            act,
            may=self.has_review_permission(request),
            title=f"Reject {claim}",
            intro="The coins are the campaign's again, and the viewer is told why. It can't be claimed anew.",
            button="Reject",
            facts=self._facts(claim),
        )

    def _facts(self, claim: Claim) -> list[tuple[str, str]]:
        return [
            ("Viewer", str(claim.joining.viewer)),
            ("Campaign", str(claim.joining.campaign)),
            ("Now", self.as_it_stands(claim)),
            ("Then", self.when_claimed(claim)),
            ("Around then", self.around_then(claim)),
        ]


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """What viewers sent in; the campaign's judges decide."""

    list_display = ["submitted_at", "viewer", "campaign", "state", "judged_by"]
    list_filter = ["state", "submitted_at"]
    list_select_related = ["joining__viewer", "joining__campaign", "judged_by"]
    search_fields = ["=joining__viewer__email", "=joining__viewer__handle", "=joining__campaign__slug"]
    search_help_text = "The viewer's whole email or handle, or the campaign's whole slug."
    ordering = ["-id"]
    fields = [
        "viewer", "campaign", "text", "link", "state", "submitted_at", "judged_by", "judged_at", "reason",
    ]  # fmt: skip

    viewer, campaign = ClaimAdmin.viewer, ClaimAdmin.campaign
