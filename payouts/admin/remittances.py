"""What went to the bank: to look at, and to carry there where no line leads."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django_object_actions import action

from ledger.confirmed import ConfirmedAdmin, sent
from payouts.admin.base import RailFilter, ReadOnlyAdmin, ReadOnlyInline, rail
from payouts.admin.recalls import Recallable
from payouts.models import PaymentFile, Remittance
from payouts.operations import deliveries, refused_files
from payouts.operations.remittances import NoFreeMessageId
from payouts.operations.review import MissingReason, NotPermitted
from payouts.rails.failures import explain
from payouts.remittance_states import RemittanceState
from payouts.words import money


class WithMessage(ReadOnlyAdmin):
    """Its message is a file that names accounts: downloaded by those who handle such files, not shown on the
    page, and each look is logged."""

    message_field: str
    download_permission: str

    def get_queryset(self, request: HttpRequest):
        # A list would decrypt each message for nothing.
        queryset = super().get_queryset(request)
        is_list = request.resolver_match.url_name.endswith("_changelist")
        return queryset.defer(self.message_field) if is_list else queryset

    def _may_download(self, request: HttpRequest, row) -> bool:
        return self.has_view_permission(request, row) and request.user.has_perm(self.download_permission)

    def get_readonly_fields(self, request: HttpRequest, obj=None):
        fields = super().get_readonly_fields(request, obj)
        may = self._may_download(request, obj)
        return fields if may else [field for field in fields if field != "download"]

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_message"
        view = self.admin_site.admin_view(self.message_view)
        return [path("<uuid:row_id>/message/", view, name=name), *super().get_urls()]

    def message_view(self, request: HttpRequest, row_id) -> HttpResponse:
        row = self.get_object(request, str(row_id))
        if row is None or not self._may_download(request, row) or not getattr(row, self.message_field):
            raise Http404
        self.log_change(request, row, "Downloaded the message.")
        content = getattr(row, self.message_field)
        xml = content.startswith("<")
        return HttpResponse(
            content,
            content_type="application/xml" if xml else "text/plain; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{row.pk}.{"xml" if xml else "txt"}"'},
        )

    @admin.display(description="message")
    def download(self, row) -> str:
        if not getattr(row, self.message_field):
            return "None was written."
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_message", args=[row.pk])
        return format_html('<a href="{}">Download</a>', url)


class RemittanceInline(ReadOnlyInline):
    """The attempts to send one payout."""

    model = Remittance
    fields = ("end_to_end_id", "rail", "state", "committed_at", "sent_at", "code", "problem")


class PaymentInline(RemittanceInline):
    """The payments of one file."""

    fields = ("end_to_end_id", "payout", "sum", "state", "code", "problem")
    readonly_fields = ("sum",)

    @admin.display(description="amount")
    def sum(self, row: Remittance) -> str:
        return money(row.amount, row.currency)


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label="What the bank said", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class CarriedFilter(admin.SimpleListFilter):
    title = "carrying"
    parameter_name = "carry"

    def lookups(self, request, model_admin):
        return [("waits", "Waits to be carried to the bank"), ("done", "Was carried")]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.filter(by_hand=True, handed_over_at__isnull=self.value() == "waits")


@admin.register(PaymentFile)
class PaymentFileAdmin(WithMessage, ConfirmedAdmin):
    message_field = "message"
    download_permission = "payouts.hand_over_paymentfile"
    refusals = (
        NotPermitted,
        MissingReason,
        deliveries.NotByHand,
        refused_files.NotRefused,
        NoFreeMessageId,
    )
    list_display = ("message_id", rail, "payments", "sum", "committed_at", "waits", "problem")
    list_filter = (CarriedFilter, RailFilter, "currency")
    search_fields = ("message_id", "remittances__end_to_end_id")
    date_hierarchy = "committed_at"
    exclude = ("message", "total", "currency")
    readonly_fields = ("sum", "download")
    inlines = (PaymentInline,)
    change_actions = ("hand_over", "report_refusal", "send_apart")

    @admin.display(description="total", ordering="total")
    def sum(self, row: PaymentFile) -> str:
        return money(row.total, row.currency)

    @admin.display(description="waits for you", boolean=True)
    def waits(self, row: PaymentFile) -> bool:
        return row.by_hand and row.handed_over_at is None

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        file = self.get_object(request, object_id)
        if file is None:
            return ()
        if self.waits(file):
            may = request.user.has_perm("payouts.hand_over_paymentfile")
            return ("hand_over", "report_refusal") if may else ()
        may = request.user.has_perm("payouts.retry_payout")
        return ("send_apart",) if may and refused_files.may_be_parted(file) else ()

    def _doubt(self, file: PaymentFile) -> str:
        """Of one that was sent over a line before people carried files."""
        unknown = file.remittances.filter(state=RemittanceState.UNKNOWN).exists()
        return f" It was sent over a line before: ask the bank for {file} first." if unknown else ""

    @action(label="I uploaded it at the bank", methods=("POST",), button_type="form")
    def hand_over(self, request: HttpRequest, file: PaymentFile) -> HttpResponse:
        def act(at: dt.datetime) -> str:
            deliveries.hand_over(file_id=file.pk, actor=request.user, at=at)
            return f"The bank has file {file}: what it answers comes next."

        return self.ask(
            request, file, forms.Form(sent(request)), act,
            title=f"Uploaded: {file}", button="The bank has it",
            intro=f"The bank took this file with {self.sum(file)} in {file.payments} payments. "
            "Upload each file once: what is uploaded again may be paid again." + self._doubt(file),
        )  # fmt: skip

    @action(label="The bank refused it", methods=("POST",), button_type="form")
    def report_refusal(self, request: HttpRequest, file: PaymentFile) -> HttpResponse:
        form = RefusalForm(sent(request))

        def act(at: dt.datetime) -> str:
            deliveries.report_refusal(file_id=file.pk, actor=request.user, at=at, **form.cleaned_data)
            return f"File {file} was refused; its payouts can be sent again."

        return self.ask(
            request, file, form, act,
            title=f"Refused: {file}", button="The bank refused it", destructive=True,
            intro=f"The bank did not take this file with {self.sum(file)}. Its payouts fail and keep what "
            "they hold, and staff can send them again." + self._doubt(file),
        )  # fmt: skip

    @action(label="Send its payments again apart", methods=("POST",), button_type="form")
    def send_apart(self, request: HttpRequest, file: PaymentFile) -> HttpResponse:
        def act(at: dt.datetime) -> str:
            attempts = refused_files.send_apart(file_id=file.pk, actor=request.user, at=at)
            refused = {attempt.payout_id for attempt in attempts if attempt.state == RemittanceState.REJECTED}
            taken = {attempt.payout_id for attempt in attempts} - refused
            left = len(refused - taken)
            return f"{len(taken)} on their way, {left} refused again."

        return self.ask(
            request, file, forms.Form(sent(request)), act,
            title=f"Send again apart: {file}", button="Send them again",
            intro=f"The bank refused all {file.payments} payments of this file. {file.problem} "
            "One of them may be the cause. They are sent again in two files, and what is refused of them is "
            "parted again, until the payment that the bank will not take stands alone. Your own payouts, and "
            "those that something stands in the way of, are left out.",
        )  # fmt: skip


@admin.register(Remittance)
class RemittanceAdmin(Recallable, ConfirmedAdmin):
    list_display = ("end_to_end_id", "state", "sum", rail, "attempt", "committed_at", "code")
    list_filter = ("state", RailFilter, "currency")
    search_fields = ("end_to_end_id", "file__message_id", "payout__creator__email")
    date_hierarchy = "committed_at"
    exclude = ("amount", "currency")
    readonly_fields = ("sum", "meaning", "recalls")

    @admin.display(description="amount", ordering="amount")
    def sum(self, row: Remittance) -> str:
        return money(row.amount, row.currency)

    @admin.display(description="what the code means")
    def meaning(self, row: Remittance) -> str:
        return str(explain(row.code)) if row.code else "–"
