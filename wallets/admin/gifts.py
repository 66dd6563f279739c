from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from ledger.admin import ReadOnlyAdmin
from ledger.chart import VIEWER_COINS
from ledger.queries import entries_of
from ledger.units import DIAMOND, to_decimal
from wallets.models import Gift, GiftReversal


class ReversalInline(admin.TabularInline):
    model = GiftReversal
    fields = ["at", "cause", "coins", "diamonds"]
    readonly_fields = fields
    ordering = ["id"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Gift)
class GiftAdmin(ReadOnlyAdmin):
    list_display = ["sent_at", "viewer", "creator", "gift_type", "quantity", "coins", "net"]
    list_select_related = ["viewer", "creator", "gift_type"]
    search_fields = ["id"]
    search_help_text = "A viewer's or creator's whole handle or email address."
    ordering = ["-id"]
    fields = [
        "id", "sent_at", "viewer", "anonymous", "creator", "gift_type", "quantity", "coins", "net", "rate",
        "message", "stream", "streak_id",
    ]  # fmt: skip
    inlines = [ReversalInline]

    def get_search_results(self, request, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """First the people, then their gifts by the two indexes there are: no scan."""
        words = search_term.strip()
        if not words:
            return queryset, False
        person = get_user_model().objects.filter(Q(handle=words.lower()) | Q(email__iexact=words)).first()
        if person is None:
            return queryset.none(), False
        given = Q(id__in=entries_of(VIEWER_COINS.of(person.pk)))
        return queryset.filter(given | Q(creator_id=person.pk)), False

    @admin.display(description="diamonds")
    def net(self, gift: Gift) -> str:
        return f"{to_decimal(gift.diamonds, DIAMOND):,}"
