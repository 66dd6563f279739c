from django.contrib import admin

from ledger.standing import InForceFilter
from payouts.admin.base import ReadOnlyAdmin
from payouts.models import PayoutMethod


class RetiredFilter(InForceFilter):
    field = "retired_at"
    holds = "In use"
    ended = "Retired"


@admin.register(PayoutMethod)
class PayoutMethodAdmin(ReadOnlyAdmin):
    """Masked even for staff: nobody needs the whole number to decide."""

    list_display = ("masked", "owner", "bank_name", "country", "added_at", "usable_from", "retired_at")
    list_filter = (RetiredFilter, "country")
    list_select_related = ("owner",)
    search_fields = ("=owner__email", "=owner__handle")
    search_help_text = "The owner's whole email or handle."
    fields = (
        "id",
        "owner",
        "kind",
        "masked",
        "bank_name",
        "country",
        "added_at",
        "usable_from",
        "retired_at",
    )
