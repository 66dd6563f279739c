"""Payments that staff make by hand: what to pay, to whom, and what came of it."""

import datetime as dt
import json

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django_object_actions import action

from ledger import vault
from ledger.confirmed import ConfirmedAdmin, sent
from ledger.scans import UnacceptableFile
from ledger.units import TooPrecise, to_parts
from payouts.admin.base import ReadOnlyInline
from payouts.models import HandPayment, HandRecord
from payouts.operations.by_hand import EXPECTED, UnableToRecord, outcome, record, refuse_involved
from payouts.rails.failures import of_a_bank
from payouts.rails.manual import CHANNEL
from payouts.remittance_states import RemittanceState
from payouts.words import money

What = HandRecord.What
LABELS = {
    What.PAID: (
        "Record as paid",
        "The bank has booked it. The creator is told that the money is on its way.",
    ),
    What.REFUSED: (
        "Record as refused",
        "The bank did not carry it out. What the creator reads depends on why.",
    ),
    What.RETURNED: ("Record as returned", "It came back. The creator's earnings become available again."),
}
INSTRUCTIONS = {
    "reference": "Reference to write",
    "holder": "Account holder",
    "country": "Country",
    "bank_name": "Bank",
    "bank_code": "Bank code",
    "account": "Account number",
}


class RecordForm(forms.Form):
    amount = forms.DecimalField(
        max_digits=18,
        min_value=0,
        help_text="As the bank's receipt says, to compare with what was to be paid.",
    )
    booked_date = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    bank_reference = forms.CharField(label="The bank's reference", max_length=70, required=False)
    code = forms.ChoiceField(label="Why", choices=[])
    words = forms.CharField(label="The bank's words", max_length=500, required=False)
    evidence = forms.FileField(label="The bank's receipt", help_text="A PDF or a picture, up to 10 MB.")

    def __init__(self, payment: HandPayment, what: What, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self._currency = payment.currency
        self.fields["amount"].label = f"Amount in {payment.currency}"
        if what == What.PAID:
            del self.fields["code"], self.fields["words"]
        else:
            self.fields["code"].choices = [
                ("", "Choose what the bank says"),
                *((row.code, f"{row.what_happened} ({row.code})") for row in of_a_bank()),
            ]

    def clean_amount(self) -> int:
        try:
            return to_parts(self.cleaned_data["amount"], self._currency)
        except TooPrecise as error:
            raise forms.ValidationError(str(error)) from error

    def clean_evidence(self) -> bytes:
        return self.cleaned_data["evidence"].read()


def _recording(what: What):
    @action(label=LABELS[what][0], methods=("POST",), button_type="form")
    def act(self, request: HttpRequest, payment: HandPayment) -> HttpResponse:
        return self.record(request, payment, what)

    return act


class RecordInline(ReadOnlyInline):
    model = HandRecord
    fields = (
        "what",
        "booked_date",
        "bank_reference",
        "code",
        "words",
        "recorded_by",
        "recorded_at",
        "receipt",
    )
    readonly_fields = ("receipt",)
    show_change_link = False

    @admin.display(description="receipt")
    def receipt(self, row: HandRecord) -> str:
        return format_html(
            '<a href="{}">Open</a>', reverse("admin:payouts_handpayment_receipt", args=[row.pk])
        )


@admin.register(HandPayment)
class HandPaymentAdmin(ConfirmedAdmin):
    """Oldest first: what waits for a person at the bank."""

    refusals = (UnableToRecord,)

    list_display = ("end_to_end_id", "stands", "sum", "committed_at", "code")
    list_filter = ("state", "currency")
    search_fields = ("=end_to_end_id",)
    search_help_text = "The whole reference."
    ordering = ("committed_at",)
    exclude = ("file", "amount", "currency", "attempt", "rail", "accepted_at")
    readonly_fields = ("sum", "instructions")
    change_actions = tuple(What.values)
    inlines = (RecordInline,)

    paid, refused, returned = map(_recording, What)

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).filter(rail=CHANNEL)

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return request.user.has_perm("payouts.pay_by_hand")

    def get_urls(self):
        view = self.admin_site.admin_view(self.receipt_view)
        return [
            path("receipt/<uuid:record_id>/", view, name="payouts_handpayment_receipt"),
            *super().get_urls(),
        ]

    def receipt_view(self, request: HttpRequest, record_id) -> HttpResponse:
        found = HandRecord.objects.filter(pk=record_id).first()
        if found is None or not self.has_view_permission(request):
            raise Http404
        try:
            content = vault.read(found.file)
        except vault.FileLost as lost:
            raise Http404(str(lost)) from lost
        self.log_change(request, found.remittance, f"Opened a receipt: {found.get_what_display()}.")
        name = f"{found.remittance_id}-{found.what}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}.{found.content_type.rpartition("/")[2]}"',
            "X-Content-Type-Options": "nosniff",
        }
        return HttpResponse(content, content_type=found.content_type, headers=headers)

    @admin.display(description="state", ordering="state")
    def stands(self, row: HandPayment) -> str:
        """Nobody has sent anything yet where other rails have."""
        return "Waits to be paid" if row.state == RemittanceState.SENT else row.get_state_display()

    @admin.display(description="amount", ordering="amount")
    def sum(self, row: HandPayment) -> str:
        return money(row.amount, row.currency)

    @admin.display(description="what to pay")
    def instructions(self, row: HandPayment) -> str:
        facts = json.loads(row.file.message) if row.file_id else {}
        lines = [f"{words}: {facts[name]}" for name, words in INSTRUCTIONS.items() if facts.get(name)]
        return format_html("<pre>{}</pre>", "\n".join([f"Amount: {self.sum(row)}", *lines]))

    def get_change_actions(self, request: HttpRequest, object_id, form_url) -> list[str]:
        payment = self.get_object(request, object_id)
        if payment is None or _involved(payment, request.user):
            return []
        return [what for what, state in EXPECTED.items() if payment.state == state]

    def record(self, request: HttpRequest, payment: HandPayment, what: What) -> HttpResponse:
        """The button asks for the receipt; the form with it records."""
        form = RecordForm(payment, what, sent(request), request.FILES if sent(request) else None)
        button, intro = LABELS[what]

        def act(at: dt.datetime) -> str:
            try:
                made = record(
                    remittance_id=payment.pk, what=what, actor=request.user, at=at, **form.cleaned_data
                )
            except UnacceptableFile as refusal:
                raise UnableToRecord(refusal.code, str(refusal), "evidence") from refusal
            if problem := outcome(made):
                messages.warning(request, f"It does not fit, and waits under Bank entries: {problem}")
            return f"{payment} is recorded as {made.get_what_display().lower()}, with a receipt."

        return self.ask(
            request, payment, form, act, title=f"{button}: {payment}", button=button, intro=intro,
            facts=[
                ("Amount", self.sum(payment)),
                ("To", payment.payout.method.masked),
                ("So far", self.stands(payment)),
            ],
        )  # fmt: skip


def _involved(payment: HandPayment, user) -> bool:
    try:
        refuse_involved(payment.payout, user)
    except UnableToRecord:
        return True
    return False
