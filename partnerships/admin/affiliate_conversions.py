"""Orders to review, what merchants told, and clicks."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django_object_actions import action

from ledger.admin import ReadOnlyAdmin
from ledger.confirmed import ConfirmedAdmin, ReasonForm, sent
from partnerships.affiliate_states import FINAL, MOVES, ConversionState
from partnerships.affiliate_words import money, steps_in_words
from partnerships.models import AffiliateClick, AffiliateConversion, AffiliatePostback
from partnerships.operations import affiliate_conversions as operations
from partnerships.operations.affiliate_postbacks import handle
from partnerships.queries.affiliate import to_review


class ReviewFilter(admin.SimpleListFilter):
    title = "queue"
    parameter_name = "waits"

    def lookups(self, request, model_admin):
        return [("review", "Waits for a reviewer")]

    def queryset(self, request, queryset):
        return queryset.filter(pk__in=to_review().values("pk")) if self.value() == "review" else queryset


@admin.register(AffiliateConversion)
class AffiliateConversionAdmin(ConfirmedAdmin):
    refusals = (
        operations.WrongConversionState,
        operations.NotPermittedToDecide,
        operations.ReasonMissing,
        operations.UnknownConversion,
    )
    list_display = ("converted_at", "programme", "creator", "order_id", "sale", "earns", "state", "noticed")
    list_filter = (ReviewFilter, "state", "programme")
    list_select_related = ("programme", "creator")
    search_fields = ("=order_id", "=creator__email", "=creator__handle")
    search_help_text = "The whole number of an order, email address or handle."
    ordering = ("converted_at",)
    fields = (
        "programme", "creator", "order_id", "signals", "sale", "earns", "how", "taken", "state", "link",
        "coupon", "click", "converted_at", "recorded_at", "payable_at", "credited_at", "decided_at",
        "decided_by", "reason",
    )  # fmt: skip
    change_actions = ("approve", "reject")

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("signals")

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        row = self.get_object(request, object_id)
        if row is None or not self._may(request, row):
            return ()
        moves = MOVES[ConversionState(row.state)]
        names = {"approve": ConversionState.APPROVED, "reject": ConversionState.REJECTED}
        return tuple(name for name in self.change_actions if names[name] in moves)

    def _may(self, request: HttpRequest, row: AffiliateConversion) -> bool:
        permitted = request.user.has_perm("partnerships.decide_affiliateconversion")
        return permitted and row.creator_id != request.user.pk

    @admin.display(description="sale", ordering="amount")
    def sale(self, row: AffiliateConversion) -> str:
        told = money(row.amount, row.currency)
        return f"{told}, {money(row.refunded, row.currency)} refunded" if row.refunded else told

    @admin.display(description="commission", ordering="commission")
    def earns(self, row: AffiliateConversion) -> str:
        return money(row.kept, row.currency)

    @admin.display(description="reckoned")
    def how(self, row: AffiliateConversion) -> str:
        steps = steps_in_words(row.reckoning, row.currency)
        rows = ((step["words"], money(step["amount"], row.currency)) for step in steps)
        return format_html_join("", "<p>{} Of {}.</p>", rows)

    @admin.display(description="taken back")
    def taken(self, row: AffiliateConversion) -> str:
        rows = ((each, money(each.commission, row.currency)) for each in row.reversals.all())
        return format_html_join("", "<p>{}: {}</p>", rows) or "–"

    @admin.display(description="signals")
    def signals(self, row: AffiliateConversion) -> str:
        rows = ((each.get_kind_display(), each.evidence) for each in row.signals.all())
        return format_html_join("", "<p><strong>{}</strong> {}</p>", rows) or "None."

    @admin.display(description="noticed")
    def noticed(self, row: AffiliateConversion) -> str:
        return ", ".join(str(each) for each in row.signals.all()) or "–"

    @action(label="Approve", methods=("POST",), button_type="form")
    def approve(self, request: HttpRequest, row: AffiliateConversion) -> HttpResponse:
        def act(at) -> str:
            operations.approve(conversion_id=row.pk, actor=request.user, at=at)
            return "Approved."

        return self._decide(
            request, row, forms.Form(sent(request)), act,
            title=f"Approve {money(row.kept, row.currency)} for {row.creator}",
            intro=f"It becomes payable when its hold ends, {row.payable_at:%Y-%m-%d}. Signals: "
            f"{' '.join(each.evidence for each in row.signals.all()) or 'none.'}",
            button="Approve",
        )  # fmt: skip

    @action(label="Reject", methods=("POST",), button_type="form")
    def reject(self, request: HttpRequest, row: AffiliateConversion) -> HttpResponse:
        form = ReasonForm(sent(request))

        def act(at) -> str:
            reason = form.cleaned_data["reason"]
            operations.reject(conversion_id=row.pk, actor=request.user, reason=reason, at=at)
            return f"Rejected. {reason}"

        return self._decide(
            request, row, form, act,
            title=f"Reject {money(row.kept, row.currency)} of {row.creator}",
            intro="The whole commission goes back to where it came from, and the creator is told why.",
            button="Reject", destructive=True,
        )  # fmt: skip

    def _decide(self, request: HttpRequest, row: AffiliateConversion, form, act, **words) -> HttpResponse:
        if not self._may(request, row):
            raise PermissionDenied
        return self.ask(request, row, form, act, **words)


@admin.register(AffiliatePostback)
class AffiliatePostbackAdmin(ConfirmedAdmin):
    list_display = ("received_at", "programme", "type", "order_id", "outcome", "code", "detail")
    list_filter = ("outcome", "programme", "type")
    list_select_related = ("programme",)
    search_fields = ("=order_id", "=event_id")
    search_help_text = "The whole number of an order or event."
    fields = (
        "programme", "event_id", "type", "order_id", "received_at", "outcome", "code", "detail", "handled_at",
        "body",
    )  # fmt: skip
    change_actions = ("replay",)

    def get_queryset(self, request: HttpRequest):
        rows = super().get_queryset(request)
        # A body is opened only for whoever looks at that one.
        return rows if request.resolver_match.kwargs.get("object_id") else rows.defer("body")

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        row = self.get_object(request, object_id)
        open_ = row is not None and row.outcome not in FINAL
        return self.change_actions if open_ and self._may(request) else ()

    def _may(self, request: HttpRequest) -> bool:
        return request.user.has_perm("partnerships.replay_affiliatepostback")

    @action(label="Handle anew", methods=("POST",), button_type="form")
    def replay(self, request: HttpRequest, row: AffiliatePostback) -> HttpResponse:
        if not self._may(request):
            raise PermissionDenied

        def act(at) -> str:
            done = handle(postback_id=row.pk, at=at)
            return f"Handled anew: {done.get_outcome_display().lower()}. {done.detail}".strip()

        return self.ask(
            request, row, forms.Form(sent(request)), act,
            title=f"Handle {row} anew",
            intro="What the merchant told is read once more, as if it had come just now. It happens once.",
            button="Handle it",
        )  # fmt: skip


@admin.register(AffiliateClick)
class AffiliateClickAdmin(ReadOnlyAdmin):
    list_display = ("at", "link", "country", "referrer_host", "dropped")
    list_filter = ("dropped",)
    list_select_related = ("link",)
    search_fields = ("=link__code",)
    search_help_text = "The whole code of a link."
    fields = ("at", "link", "country", "referrer_host", "dropped")
    date_hierarchy = None
