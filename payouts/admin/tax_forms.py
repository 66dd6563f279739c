import datetime as dt

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django_object_actions import action

from ledger.confirmed import ConfirmedAdmin, ReasonForm, sent
from payouts.models import TaxForm
from payouts.models.tax_forms import TaxFormState
from payouts.operations.review import MissingReason, NotPermitted
from payouts.operations.tax_forms import NotInForce, reject_tax_form
from payouts.queries.identity import standing
from payouts.queries.tax_forms import others_with_number


@admin.register(TaxForm)
class TaxFormAdmin(ConfirmedAdmin):
    """Numbers are masked even for staff: the yearly reports carry them, nobody reads them."""

    refusals = (NotPermitted, MissingReason, NotInForce)
    list_display = ("creator", "kind", "country", "masked", "state", "signed_at", "expires_at")
    list_filter = ("state", "kind", "country")
    list_select_related = ("creator",)
    search_fields = ("=creator__email", "=creator__handle")
    search_help_text = "The creator's whole email or handle."
    date_hierarchy = "signed_at"
    fields = (
        "creator", "kind", "state", "name", "verified_name", "tax_class", "country", "masked",
        "no_number_reason", "shared", "backup_withholding", "works_in_us", "signature", "signed_at",
        "expires_at", "decided_by", "decided_at", "reason",
    )  # fmt: skip
    readonly_fields = ("verified_name", "shared")
    change_actions = ("reject",)

    def get_queryset(self, request: HttpRequest):
        # A list would decrypt for nothing.
        queryset = super().get_queryset(request)
        is_list = request.resolver_match.url_name.endswith("_changelist")
        return queryset.defer("name", "number", "vat_number", "signature") if is_list else queryset

    def get_change_actions(self, request: HttpRequest, object_id, form_url) -> tuple[str, ...]:
        form = self.get_object(request, object_id)
        may = form and form.state == TaxFormState.SIGNED and request.user.has_perm("payouts.review_identity")
        return self.change_actions if may else ()

    @admin.display(description="verified as")
    def verified_name(self, form: TaxForm) -> str:
        return standing(form.creator_id, form.signed_at).name or "Not verified."

    @admin.display(description="number also used by")
    def shared(self, form: TaxForm) -> str:
        return ", ".join(sorted({other.creator.email for other in others_with_number(form)})) or "Nobody."

    @action(label="Reject", methods=("POST",), button_type="form")
    def reject(self, request: HttpRequest, row: TaxForm) -> HttpResponse:
        form = ReasonForm(sent(request))

        def act(at: dt.datetime) -> str:
            reject_tax_form(form_id=row.pk, actor=request.user, at=at, **form.cleaned_data)
            return f"{row} is rejected."

        return self.ask(
            request, row, form, act, title=f"Reject {row}", button="Reject", destructive=True,
            intro="Nothing is paid before the creator signs again. The creator reads the reason.",
        )  # fmt: skip
