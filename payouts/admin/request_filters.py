"""By what the review desk narrows its list."""

import datetime as dt

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from payouts import queries
from payouts.models import RiskSignal
from payouts.queries import review
from payouts.states import State


class DeskFilter(admin.SimpleListFilter):
    """Opens on what waits for a reviewer; who searches looks in all."""

    title = "desk"
    parameter_name = "desk"

    def lookups(self, request, model_admin):
        return [
            ("mine", "I can decide"),
            ("second", "Waits for a second approver"),
            ("asked", "Waits for the creator"),
            ("failed", "Failed"),
            ("returned", "Returned"),
            ("all", "All"),
        ]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": "Waits for review"}, *others]

    def queryset(self, request, queryset):
        narrowed = {
            "mine": review.decidable_by(request.user),
            "second": review.waits_for_second(),
            "asked": review.asked(),
            "failed": queries.failed(),
            "returned": Q(state=State.RETURNED),
            "all": Q(),
        }
        otherwise = Q() if request.GET.get(SEARCH_VAR) else queries.awaiting_review()
        return queryset.filter(narrowed.get(self.value(), otherwise))


class RiskFilter(admin.SimpleListFilter):
    title = "risk"
    parameter_name = "risk"

    def lookups(self, request, model_admin):
        known = RiskSignal.objects.order_by("label").values_list("code", "label").distinct()
        return [("any", "Any signal"), ("none", "No signal"), *known]

    def queryset(self, request, queryset):
        raised = RiskSignal.objects.filter(payout=OuterRef("pk"))
        if self.value() in (None, "any", "none"):
            narrowed = {"any": Exists(raised), "none": ~Exists(raised)}
            return queryset.filter(narrowed[self.value()]) if self.value() else queryset
        return queryset.filter(Exists(raised.filter(code=self.value())))


class WorthFilter(admin.SimpleListFilter):
    """In US cents, what is asked for is compared in any currency."""

    title = "worth"
    parameter_name = "worth"
    bands = {"small": (0, 10_000), "middle": (10_000, 50_000), "large": (50_000, 2**63 - 1)}

    def lookups(self, request, model_admin):
        return [("small", "Below $100"), ("middle", "$100 to $500"), ("large", "$500 and more")]

    def queryset(self, request, queryset):
        if self.value() not in self.bands:
            return queryset
        least, below = self.bands[self.value()]
        return queryset.filter(gross_usd__gte=least, gross_usd__lt=below)


class AgeFilter(admin.SimpleListFilter):
    title = "age"
    parameter_name = "age"

    def lookups(self, request, model_admin):
        return [("1", "More than a day"), ("2", "More than two days"), ("7", "More than a week")]

    def queryset(self, request, queryset):
        days = dict(self.lookup_choices)
        if self.value() not in days:
            return queryset
        return queryset.filter(requested_at__lt=timezone.now() - dt.timedelta(days=int(self.value())))
