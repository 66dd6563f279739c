import datetime as dt

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django_object_actions import action

from ledger.confirmed import ConfirmedAdmin, ReasonForm, sent
from ledger.standing import InForceFilter
from ledger.units import DIAMOND
from payouts.admin.base import ReadOnlyInline
from payouts.models import Clawback, ClawbackRepayment
from payouts.operations.clawbacks import withdraw
from payouts.operations.review import MissingReason, NotPermitted
from payouts.words import money


class RepaymentInline(ReadOnlyInline):
    model = ClawbackRepayment
    fields = ("at", "sum")
    readonly_fields = ("sum",)

    @admin.display(description="diamonds")
    def sum(self, row: ClawbackRepayment) -> str:
        return money(row.diamonds, DIAMOND)


class OwedFilter(admin.SimpleListFilter):
    title = "debt"
    parameter_name = "owed"

    def lookups(self, request, model_admin):
        return [("yes", "Something is owed"), ("no", "Nothing is owed")]

    def queryset(self, request, queryset):
        owed = {"yes": {"owed__gt": 0}, "no": {"owed": 0}}.get(self.value(), {})
        return queryset.filter(**owed)


class WithdrawnFilter(InForceFilter):
    field = "withdrawn_at"
    ended = "Withdrawn"


@admin.register(Clawback)
class ClawbackAdmin(ConfirmedAdmin):
    refusals = (NotPermitted, MissingReason)
    list_display = ("creator", "cause", "claimed", "still_owed", "claimed_at", "withdrawn_at")
    list_filter = (OwedFilter, "cause", WithdrawnFilter)
    list_select_related = ("creator",)
    search_fields = ("=creator__email", "=creator__handle", "=payout__reference")
    search_help_text = "The whole email, handle or payout reference."
    date_hierarchy = "claimed_at"
    exclude = ("diamonds", "taken", "owed", "diamond_rate", "entry")
    readonly_fields = ("claimed", "taken_at_once", "still_owed")
    inlines = (RepaymentInline,)
    change_actions = ("withdraw",)

    @admin.display(description="diamonds", ordering="diamonds")
    def claimed(self, row: Clawback) -> str:
        return money(row.diamonds, DIAMOND)

    @admin.display(description="taken at once")
    def taken_at_once(self, row: Clawback) -> str:
        return money(row.taken, DIAMOND)

    @admin.display(description="owed", ordering="owed")
    def still_owed(self, row: Clawback) -> str:
        return money(row.owed, DIAMOND)

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        row = self.get_object(request, object_id)
        stands = row is not None and row.withdrawn_at is None
        return self.change_actions if stands and request.user.has_perm("payouts.claw_back") else ()

    @action(label="Withdraw", methods=("POST",), button_type="form")
    def withdraw(self, request: HttpRequest, row: Clawback) -> HttpResponse:
        form = ReasonForm(sent(request))

        def act(at: dt.datetime) -> str:
            withdraw(clawback_id=row.pk, actor=request.user, at=at, **form.cleaned_data)
            return "Withdrawn: all of it is the creator's again."

        return self.ask(
            request, row, form, act, title="Withdraw the clawback", button="Withdraw",
            intro="All that was taken and repaid is the creator's again, and nothing of it is owed.",
            facts=[
                ("Creator", str(row.creator)),
                ("Claimed", money(row.diamonds, DIAMOND)),
                ("Still owed", money(row.owed, DIAMOND)),
            ],
        )  # fmt: skip
