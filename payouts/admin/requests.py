import datetime as dt
import uuid

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.db.models.lookups import Exact
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.timesince import timesince
from django_object_actions import action

from ledger.confirmed import ConfirmedAdmin, sent
from payouts.admin.base import OthersOnly
from payouts.admin.bulk import BulkDecisions
from payouts.admin.decisions import DECISIONS, DecisionForm, MessageForm, NoteForm, consequence, obstacle
from payouts.admin.remittances import RemittanceInline
from payouts.admin.request_filters import AgeFilter, DeskFilter, RiskFilter, WorthFilter
from payouts.admin.request_panel import panel
from payouts.models import PayoutRequest
from payouts.operations import conversations
from payouts.operations.moves import MethodRetired, Stale, WrongState
from payouts.operations.review import MissingReason, NotPermitted
from payouts.queries import review
from payouts.words import money


def _decision(name: str):
    key = DECISIONS[name].shortcut

    @action(label=DECISIONS[name].label, methods=("POST",), button_type="form", attrs=_shortcut(key))
    def decide(self, request: HttpRequest, payout: PayoutRequest) -> HttpResponse:
        return self.decide(request, payout, name)

    return decide


def _shortcut(key: str) -> dict[str, str]:
    return {"aria-keyshortcuts": key} if key else {}


@admin.register(PayoutRequest)
class PayoutRequestAdmin(OthersOnly, BulkDecisions, ConfirmedAdmin):
    """The review queue, oldest day and largest amount first."""

    change_list_template = "admin/payouts/payoutrequest/change_list.html"
    change_form_template = "admin/payouts/payoutrequest/change_form.html"
    refusals = (NotPermitted, MissingReason)
    list_display = ("reference", "creator", "amount", "dollars", "state", "age", "risk", "first_approved_by")
    list_filter = (DeskFilter, RiskFilter, AgeFilter, WorthFilter, "state", "currency", "method__kind")
    search_fields = ("=reference", "=creator__email", "=creator__handle")
    search_help_text = (
        "The whole reference, or the creator's whole email or handle: a search looks beyond the queue."
    )
    ordering = review.ORDER
    fields = ("reference", "creator", "state", "requested_at", "method", "policy", "first_approved_by", "key")
    change_actions = (*DECISIONS, "note", "message")
    inlines = (RemittanceInline,)

    approve, question, hold, resume, reject, retry, call_off, claw_back = map(_decision, DECISIONS)

    def get_queryset(self, request: HttpRequest):
        return review.queue().annotate(own=Exact(F("creator"), request.user.pk))

    @admin.display(description="creator receives", ordering="net")
    def amount(self, payout: PayoutRequest) -> str:
        return money(payout.net, payout.currency)

    @admin.display(description="worth", ordering="gross_usd")
    def dollars(self, payout: PayoutRequest) -> str:
        return money(payout.gross_usd, "USD")

    @admin.display(ordering="requested_at")
    def age(self, payout: PayoutRequest) -> str:
        return timesince(payout.requested_at, timezone.now(), depth=1)

    @admin.display(empty_value="–")
    def risk(self, payout: PayoutRequest) -> str:
        return "" if payout.own else ", ".join(signal.label for signal in payout.signals.all())

    def get_change_actions(self, request, object_id, form_url) -> list[str]:
        payout = self.get_object(request, object_id)
        if payout is None:
            return []
        offered = [
            name
            for name, decision in DECISIONS.items()
            if request.user.has_perm(f"payouts.{decision.permission}")
            and not obstacle(name, payout, request.user)
        ]
        return [*offered, "note", "message"] if self.has_review_permission(request) else offered

    def change_view(self, request, object_id, form_url="", extra_context=None):
        payout = self.get_object(request, object_id)
        read = panel(payout, request.user) if payout and not payout.own else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **read})

    @action(label="Note for staff", methods=("POST",), button_type="form", attrs=_shortcut("n"))
    def note(self, request: HttpRequest, payout: PayoutRequest) -> HttpResponse:
        form = NoteForm(sent(request), initial={"key": uuid.uuid4()})

        def act(at: dt.datetime) -> str:
            conversations.write_note(payout_id=payout.pk, actor=request.user, at=at, **_words(form))
            return "Your note is kept, for staff alone."

        return self.ask(
            request, payout, form, act, title=f"Note for staff about {payout}", button="Keep the note",
            intro="Only staff read it. It can't be changed or taken back.",
        )  # fmt: skip

    @action(label="Write to the creator", methods=("POST",), button_type="form", attrs=_shortcut("w"))
    def message(self, request: HttpRequest, payout: PayoutRequest) -> HttpResponse:
        form = MessageForm(sent(request), initial={"key": uuid.uuid4()})

        def act(at: dt.datetime) -> str:
            conversations.tell(payout_id=payout.pk, actor=request.user, at=at, **_words(form))
            return f"{payout.creator} is told."

        return self.ask(
            request, payout, form, act, title=f"Write to {payout.creator} about {payout}", button="Send",
            intro="The creator reads it and is mailed. The payout goes on as it is; to make it wait for an "
            "answer, ask instead.",
        )  # fmt: skip

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


def _words(form: NoteForm) -> dict[str, str]:
    return {"text": form.cleaned_data["text"], "key": str(form.cleaned_data["key"])}
