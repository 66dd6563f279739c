"""What the bank said, and what a person decides where it fits nothing."""

import datetime as dt

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django_object_actions import action

from ledger.confirmed import ConfirmedAdmin, sent
from payouts import rails
from payouts.admin.base import ReadOnlyInline
from payouts.admin.remittances import WithMessage
from payouts.models import BankEntry, BankMessage
from payouts.operations import bank_entries, brought_files
from payouts.operations.bank_messages import look_again
from payouts.operations.moves import Stale, WrongState
from payouts.operations.review import MissingReason, NotPermitted
from payouts.rails.bank import BankRail
from payouts.rails.failures import explain
from payouts.rails.interface import BookedEntry, PaymentStatus, UnreadableMessage
from payouts.words import money

LARGEST_UPLOAD = 20 * 1024 * 1024  # bytes
MOST_SHOWN = 100


class EntryInline(ReadOnlyInline):
    model = BankEntry
    fields = ("what", "end_to_end_id", "status", "code", "outcome", "problem")


class BringForm(forms.Form):
    file = forms.FileField(
        label="The bank's file",
        help_text="As you downloaded it: camt, pain.002, pacs.004, BAI2 or ACH returns.",
    )

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_UPLOAD:
            raise forms.ValidationError("This is larger than any statement: 20 MB at most.")
        return file.read().decode(errors="replace")


@admin.register(BankMessage)
class BankMessageAdmin(WithMessage, ConfirmedAdmin):
    message_field = "raw"
    download_permission = "payouts.add_bankmessage"
    refusals = (NotPermitted, MissingReason, brought_files.NotBrought)
    change_list_template = "admin/payouts/bankmessage/change_list.html"
    list_display = ("__str__", "kind", "outcome", "received_at", "processed_at", "problem")
    list_filter = ("outcome", "kind", "channel")
    search_fields = ("sender_id", "digest")
    date_hierarchy = "received_at"
    exclude = ("raw",)
    readonly_fields = ("says", "download")
    inlines = (EntryInline,)
    change_actions = ("confirm", "throw_away")

    def get_urls(self):
        view = self.admin_site.admin_view(self.bring_view)
        return [path("bring/", view, name="payouts_bankmessage_bring"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context=None):
        may = request.user.has_perm("payouts.add_bankmessage")
        return super().changelist_view(request, {**(extra_context or {}), "may_bring": may})

    def bring_view(self, request: HttpRequest) -> HttpResponse:
        """A file that a person downloaded at the bank is kept until somebody else confirms it."""
        if not request.user.has_perm("payouts.add_bankmessage"):
            raise PermissionDenied
        form = BringForm(request.POST, request.FILES) if request.method == "POST" else BringForm()
        if form.is_valid():
            try:
                message = brought_files.bring(
                    text=form.cleaned_data["file"],
                    channel=BankRail.channel,
                    actor=request.user,
                    at=timezone.now(),
                )
            except UnreadableMessage as problem:
                form.add_error("file", str(problem))
            else:
                return self._brought(request, message)
        context = self.admin_site.each_context(request) | {
            "title": "Bring a file of the bank",
            "opts": self.opts,
            "form": form,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/payouts/bankmessage/bring.html", context, status=status)

    def _brought(self, request: HttpRequest, message: BankMessage | None) -> HttpResponse:
        if message is None:
            messages.success(request, "This file was here already; nothing has changed.")
            return redirect("admin:payouts_bankmessage_changelist")
        self.log_addition(request, message, "Brought from the bank.")
        messages.success(request, "The file is kept. It moves nothing before somebody else confirms it.")
        return redirect("admin:payouts_bankmessage_change", message.pk)

    @admin.display(description="what it says")
    def says(self, message: BankMessage) -> str:
        """Of one that waits for its confirmation; later its entries tell."""
        if message.outcome != BankMessage.Outcome.BROUGHT:
            return "–"
        records = rails.channels()[message.channel].read(message.raw).records
        lines = format_html_join("", "<li>{}</li>", ((told(record),) for record in records[:MOST_SHOWN]))
        return format_html("{} in all<ul>{}</ul>", len(records), lines)

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        message = self.get_object(request, object_id)
        waits = message is not None and message.outcome == BankMessage.Outcome.BROUGHT
        if not (waits and request.user.has_perm("payouts.add_bankmessage")):
            return ()
        return ("throw_away",) if message.brought_by_id == request.user.pk else self.change_actions

    @action(label="It is the bank's", methods=("POST",), button_type="form")
    def confirm(self, request: HttpRequest, message: BankMessage) -> HttpResponse:
        def act(at: dt.datetime) -> str:
            brought_files.confirm(message_id=message.pk, actor=request.user, at=at)
            return "Confirmed: the file is read and applied."

        return self.ask(
            request, message, forms.Form(sent(request)), act,
            title=f"Confirm: {message}", button="It is the bank's",
            intro=f"{message.brought_by} brought this file. Look at the bank whether it says the same: what "
            "it says of payouts is done to them. Those of yours, or of theirs, are left for somebody else.",
        )  # fmt: skip

    @action(label="Throw it away", methods=("POST",), button_type="form")
    def throw_away(self, request: HttpRequest, message: BankMessage) -> HttpResponse:
        form = SetAsideForm(sent(request))

        def act(at: dt.datetime) -> str:
            brought_files.throw_away(message_id=message.pk, actor=request.user, at=at, **form.cleaned_data)
            return "The file is thrown away; nothing has moved."

        return self.ask(
            request, message, form, act, title=f"Throw away: {message}", button="Throw it away",
            destructive=True, intro="The file is not the bank's, or nobody needs it.",
        )  # fmt: skip


def told(record: PaymentStatus | BookedEntry) -> str:
    """One thing that a message says, in a line."""
    if isinstance(record, PaymentStatus):
        about = record.end_to_end_id or record.original_message_id or "no reference"
        return " ".join(filter(None, [record.status, about, record.code]))
    amount = "an unreadable amount" if record.amount is None else money(record.amount, record.currency)
    side = "return" if record.returned else record.side
    return " ".join(filter(None, [side, amount, record.end_to_end_id or "no reference", record.code]))


class SetAsideForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        help_text="Kept with the entry.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SettleForm(SetAsideForm):
    reference = forms.CharField(
        label="Payment", max_length=35, help_text="The reference of the remittance, such as P23456789ABCD."
    )
    verdict = forms.ChoiceField(
        label="What the entry says",
        choices=[
            ("paid", "The money has left"),
            ("returned", "The money came back"),
            ("refused", "The bank will not send it"),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("reference", "verdict", "reason")


@admin.register(BankEntry)
class BankEntryAdmin(ConfirmedAdmin):
    refusals = (
        NotPermitted,
        MissingReason,
        WrongState,
        Stale,
        bank_entries.NotOpen,
        bank_entries.DoesNotFit,
    )
    list_display = ("reference", "what", "sum", "outcome", "code", "problem", "received_at")
    list_filter = ("outcome", "what", "message__kind")
    search_fields = ("end_to_end_id", "original_message_id", "bank_reference")
    list_select_related = ("message",)
    change_actions = ("apply_again", "settle", "set_aside")
    exclude = ("amount", "currency")
    readonly_fields = ("sum", "meaning")

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).defer("message__raw")

    @admin.display(ordering="end_to_end_id")
    def reference(self, row: BankEntry) -> str:
        return row.end_to_end_id or row.original_message_id or "none"

    @admin.display(description="amount", ordering="amount")
    def sum(self, row: BankEntry) -> str:
        return "–" if row.amount is None else money(row.amount, row.currency)

    @admin.display(description="received", ordering="message__received_at")
    def received_at(self, row: BankEntry):
        return row.message.received_at

    @admin.display(description="what the code means")
    def meaning(self, row: BankEntry) -> str:
        return str(explain(row.code)) if row.code else "–"

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        entry = self.get_object(request, object_id)
        if entry is None or entry.outcome not in bank_entries.OPEN:
            return ()
        actions = []
        if entry.outcome == BankEntry.Outcome.PARKED and request.user.has_perm("payouts.retry_payout"):
            actions.append("apply_again")
        if request.user.has_perm("payouts.settle_bankentry"):
            actions += ["settle", "set_aside"]
        return actions

    @action(
        label="Look at it again",
        description="Apply this entry anew, now that what it lacked has been put right.",
        methods=("POST",),
        button_type="form",
    )
    def apply_again(self, request: HttpRequest, row: BankEntry) -> None:
        if not request.user.has_perm("payouts.retry_payout"):
            raise Http404
        entry = look_again(entry_id=row.pk, at=timezone.now())
        if entry.outcome == BankEntry.Outcome.PARKED:
            self.message_user(request, f"It still does not fit: {entry.problem}", messages.WARNING)
        else:
            words = f"Done: {entry.get_outcome_display().lower()}."
            self.log_change(request, row, words)
            self.message_user(request, words, messages.SUCCESS)

    @action(label="Settle by hand", methods=("POST",), button_type="form")
    def settle(self, request: HttpRequest, row: BankEntry) -> HttpResponse:
        form = SettleForm(sent(request), initial={"reference": row.end_to_end_id})

        def act(at: dt.datetime) -> str:
            entry = bank_entries.settle_by_hand(
                entry_id=row.pk, actor=request.user, at=at, **form.cleaned_data
            )
            payout = entry.remittance.payout
            return f"Payout {payout.reference} is {payout.get_state_display().lower()} now."

        return self.ask(
            request, row, form, act, title=f"Settle by hand: {row}", button="Settle",
            intro=f"The bank's entry of {self.sum(row)} is about a payment of ours, and says what became of "
            f"it. By itself it could not be applied: {row.problem or 'what comes before it has not come.'}",
        )  # fmt: skip

    @action(label="Set aside", methods=("POST",), button_type="form")
    def set_aside(self, request: HttpRequest, row: BankEntry) -> HttpResponse:
        form = SetAsideForm(sent(request))

        def act(at: dt.datetime) -> str:
            bank_entries.set_aside(entry_id=row.pk, actor=request.user, at=at, **form.cleaned_data)
            return "The entry is set aside; nothing has moved."

        return self.ask(
            request, row, form, act, title=f"Set aside: {row}", button="Set aside",
            intro=f"The entry of {self.sum(row)} is about none of our payments, or needs nothing more.",
        )  # fmt: skip
