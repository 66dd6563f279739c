from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.timesince import timesince
from django_object_actions import action

from payouts import queries, quotes
from payouts.admin.base import ActionsAdmin
from payouts.admin.decisions import DECISIONS, DecisionForm, consequence
from payouts.admin.remittances import RemittanceInline
from payouts.models import PayoutRequest
from payouts.operations.moves import MethodRetired, Stale, WrongState
from payouts.operations.review import MissingReason, NotPermitted, needs_second_approval
from payouts.words import money

HISTORY = 10
CODES = {
    "first_approval": "First of two approvals",
    "retry": "Approved, to be sent again",
    "clawback": "Clawed back",
    "debt": "The creator owes",
}
"""What our own codes of events mean; the others are a bank's."""


class DeskFilter(admin.SimpleListFilter):
    """Opens on what waits for a reviewer."""

    title = "desk"
    parameter_name = "desk"

    def lookups(self, request, model_admin):
        return [("failed", "Failed"), ("all", "All")]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": "Waits for review"}, *others]

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        if self.value() == "failed":
            return queryset.filter(queries.failed())
        return queryset.filter(queries.awaiting_review())


def _decision(name: str):
    @action(label=DECISIONS[name].label, methods=("POST",), button_type="form")
    def decide(self, request: HttpRequest, payout: PayoutRequest) -> HttpResponse:
        return self.decide(request, payout, name)

    return decide


@admin.register(PayoutRequest)
class PayoutRequestAdmin(ActionsAdmin):
    """The review queue, oldest day and largest amount first."""

    change_form_template = "admin/payouts/payoutrequest/change_form.html"
    list_display = ("reference", "creator", "amount", "dollars", "state", "age", "first_approved_by")
    list_filter = (DeskFilter, "state", "currency")
    list_select_related = ("creator", "first_approved_by")
    search_fields = ("=reference", "=creator__email", "=creator__handle")
    search_help_text = "The whole reference, or the creator's whole email or handle."
    ordering = (TruncDate("requested_at"), "-gross_usd", "id")
    fields = ("reference", "creator", "state", "requested_at", "method", "policy", "first_approved_by", "key")
    change_actions = tuple(DECISIONS)
    inlines = (RemittanceInline,)

    approve, hold, resume, reject, retry, call_off, claw_back = map(_decision, DECISIONS)

    @admin.display(description="creator receives", ordering="net")
    def amount(self, payout: PayoutRequest) -> str:
        return money(payout.net, payout.currency)

    @admin.display(description="worth", ordering="gross_usd")
    def dollars(self, payout: PayoutRequest) -> str:
        return money(payout.gross_usd, "USD")

    @admin.display(ordering="requested_at")
    def age(self, payout: PayoutRequest) -> str:
        return timesince(payout.requested_at, timezone.now(), depth=1)

    def get_change_actions(self, request, object_id, form_url) -> list[str]:
        payout = self.get_object(request, object_id)
        if payout is None:
            return []
        return [
            name
            for name, decision in DECISIONS.items()
            if payout.state in decision.states
            and request.user.has_perm(f"payouts.{decision.permission}")
            and not (name == "approve" and payout.first_approved_by_id == request.user.pk)
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        payout = self.get_object(request, object_id)
        panel = _panel(payout) if payout else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **panel})

    def decide(self, request: HttpRequest, payout: PayoutRequest, name: str) -> HttpResponse:
        """The button asks for confirmation; the confirmed form decides on the version that was shown."""
        if not self.has_view_permission(request, payout):
            raise PermissionDenied
        decision = DECISIONS[name]
        confirmed = "version" in request.POST
        form = DecisionForm(
            decision, request.POST if confirmed else None, initial={"version": payout.version}
        )
        if not (confirmed and form.is_valid()):
            return self._confirmation(request, payout, name, form)
        try:
            decided = decision.operation(
                payout_id=payout.pk, actor=request.user, at=timezone.now(), **form.cleaned_data
            )
        except (NotPermitted, MissingReason, MethodRetired, Stale, WrongState) as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            words = f"{decided.reference} is {decided.get_state_display().lower()} now."
            if name == "approve" and decided.state in decision.states:
                words = f"{decided.reference} waits for a second approver."
            elif name == "claw_back":
                words = f"{decided.reference} is clawed back."
            self.message_user(request, words, messages.SUCCESS)
        return redirect("admin:payouts_payoutrequest_change", payout.pk)

    def _confirmation(self, request, payout: PayoutRequest, name: str, form: DecisionForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"{DECISIONS[name].label}: {payout.reference}",
            "opts": self.opts,
            "payout": payout,
            "amount": self.amount(payout),
            "decision": DECISIONS[name],
            "consequence": consequence(name, payout),
            "destructive": name in {"reject", "call_off", "claw_back"},
            "form": form,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/payouts/payoutrequest/decide.html", context, status=status)


def _panel(payout: PayoutRequest) -> dict:
    events = list(queries.events_of(payout))
    for event in events:
        event.what = CODES.get(event.code)
    return {
        "payout": payout,
        "lines": quotes.lines(payout),
        "events": events,
        "signals": [signal for event in events for signal in event.evidence.get("signals", ())],
        "history": queries.payouts_of(payout.creator_id).exclude(id=payout.id)[:HISTORY],
        "second_approval": needs_second_approval(payout),
    }
