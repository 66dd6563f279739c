"""What went to the bank and what it said: to look at, not to edit."""

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django_object_actions import action

from payouts.admin.base import ActionsAdmin, ReadOnlyAdmin, ReadOnlyInline
from payouts.admin.recalls import Recallable
from payouts.models import BankEntry, BankMessage, PaymentFile, Remittance
from payouts.operations.bank_messages import look_again
from payouts.rails.failures import explain
from payouts.words import money


class WithMessage(ReadOnlyAdmin):
    """Its message is a file that names accounts: downloaded by those who may, not shown on the page."""

    message_field: str

    def get_queryset(self, request: HttpRequest):
        # A list would decrypt each message for nothing.
        queryset = super().get_queryset(request)
        is_list = request.resolver_match.url_name.endswith("_changelist")
        return queryset.defer(self.message_field) if is_list else queryset

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_message"
        view = self.admin_site.admin_view(self.message_view)
        return [path("<uuid:row_id>/message/", view, name=name), *super().get_urls()]

    def message_view(self, request: HttpRequest, row_id) -> HttpResponse:
        row = self.get_object(request, str(row_id))
        if row is None or not self.has_view_permission(request, row) or not getattr(row, self.message_field):
            raise Http404
        content = getattr(row, self.message_field)
        disposition = f'attachment; filename="{row.pk}.xml"'
        return HttpResponse(
            content, content_type="application/xml", headers={"Content-Disposition": disposition}
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


@admin.register(PaymentFile)
class PaymentFileAdmin(WithMessage):
    message_field = "message"
    list_display = ("message_id", "rail", "payments", "sum", "committed_at", "problem")
    list_filter = ("rail", "currency", "by_hand")
    search_fields = ("message_id", "remittances__end_to_end_id")
    date_hierarchy = "committed_at"
    exclude = ("message", "total", "currency")
    readonly_fields = ("sum", "download")
    inlines = (PaymentInline,)

    @admin.display(description="total", ordering="total")
    def sum(self, row: PaymentFile) -> str:
        return money(row.total, row.currency)


@admin.register(Remittance)
class RemittanceAdmin(Recallable, ActionsAdmin):
    list_display = ("end_to_end_id", "state", "sum", "rail", "attempt", "committed_at", "code")
    list_filter = ("state", "rail", "currency")
    search_fields = ("end_to_end_id", "file__message_id", "payout__creator__email")
    date_hierarchy = "committed_at"
    exclude = ("amount", "currency")
    readonly_fields = ("sum", "meaning")

    @admin.display(description="amount", ordering="amount")
    def sum(self, row: Remittance) -> str:
        return money(row.amount, row.currency)

    @admin.display(description="what the code means")
    def meaning(self, row: Remittance) -> str:
        return str(explain(row.code)) if row.code else "–"


class EntryInline(ReadOnlyInline):
    model = BankEntry
    fields = ("what", "end_to_end_id", "status", "code", "outcome", "problem")


@admin.register(BankMessage)
class BankMessageAdmin(WithMessage):
    message_field = "raw"
    list_display = ("__str__", "kind", "outcome", "received_at", "processed_at", "problem")
    list_filter = ("outcome", "kind", "channel")
    search_fields = ("sender_id", "digest")
    date_hierarchy = "received_at"
    exclude = ("raw",)
    readonly_fields = ("download",)
    inlines = (EntryInline,)


@admin.register(BankEntry)
class BankEntryAdmin(ActionsAdmin):
    list_display = ("reference", "what", "sum", "outcome", "code", "problem", "received_at")
    list_filter = ("outcome", "what", "message__kind")
    search_fields = ("end_to_end_id", "original_message_id", "bank_reference")
    list_select_related = ("message",)
    change_actions = ("apply_again",)
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
        parked = entry and entry.outcome == BankEntry.Outcome.PARKED
        return self.change_actions if parked and request.user.has_perm("payouts.retry_payout") else ()

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
            self.message_user(request, f"Done: {entry.get_outcome_display().lower()}.", messages.SUCCESS)
