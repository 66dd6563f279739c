"""Accounts that are being closed, for staff: what keeps one from it, and what a law keeps of it."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django_object_actions import action

from ledger.confirmed import ConfirmedAdmin, sent
from ledger.units import format_amount
from portal.models import Closure
from portal.models.closures import ClosureState
from portal.operations.closing import MissingReason, NotPermitted, hold, let_go_on
from portal.queries.closing import closures_with_problems


class StandingFilter(admin.SimpleListFilter):
    title = parameter_name = "standing"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [("problem", "Can't be closed"), ("held", "Held back")]

    def queryset(self, request, queryset: QuerySet[Closure]) -> QuerySet[Closure]:
        if self.value() == "problem":
            return queryset.filter(pk__in=closures_with_problems().values("pk"))
        return queryset.filter(held_at__isnull=False) if self.value() == "held" else queryset


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="For staff alone."
    )


@admin.register(Closure)
class ClosureAdmin(ConfirmedAdmin):
    list_display = (
        "asked_at", "person", "state", "due_at", "problem", "held_at", "closed_at", "purge_date",
    )  # fmt: skip
    list_filter = ("state", StandingFilter)
    list_select_related = ("person",)
    search_fields = ("=person__email", "=person__id")
    search_help_text = "The whole email address, or the number of a person."
    ordering = ("-id",)
    fields = (
        "id", "person", "state", "asked_at", "due_at", "agreed", "problem", "tried_at", "cancelled_at",
        "closed_at", "purge_date", "held_at", "held_by", "hold_reason",
    )  # fmt: skip
    change_actions = ("hold_back", "let_go")
    refusals = (NotPermitted, MissingReason)

    @admin.display(description="given up")
    def agreed(self, closure: Closure) -> str:
        locale = get_language() or "en"
        amounts = [format_amount(amount, unit, locale) for unit, amount in closure.given_up.items()]
        return ", ".join(amounts) or "nothing"

    def get_change_actions(self, request: HttpRequest, object_id, form_url) -> tuple[str, ...]:
        closure = self.get_object(request, object_id)
        if closure is None or not self._may(request, closure) or closure.state == ClosureState.CANCELLED:
            return ()
        return ("let_go",) if closure.held_at else ("hold_back",)

    def _may(self, request: HttpRequest, closure: Closure) -> bool:
        return request.user.has_perm("portal.hold_closure") and closure.person_id != request.user.pk

    @action(label="Hold back", methods=("POST",), button_type="form")
    def hold_back(self, request: HttpRequest, closure: Closure) -> HttpResponse:
        form = ReasonForm(sent(request))

        def act(at) -> str:
            reason = form.cleaned_data["reason"]
            hold(closure_id=closure.pk, actor=request.user, reason=reason, at=at)
            return f"Nothing of this account is erased until it is let go on: {reason}"

        return self.ask(
            request,
            closure,
            form,
            act,
            title="Hold back this closing",
            intro="A claim or an investigation may need what would be erased. Nothing is, until somebody "
            "lets it go on.",
            button="Hold it back",
        )

    @action(label="Let it go on", methods=("POST",), button_type="form")
    def let_go(self, request: HttpRequest, closure: Closure) -> HttpResponse:
        form = ReasonForm(sent(request))

        def act(at) -> str:
            reason = form.cleaned_data["reason"]
            let_go_on(closure_id=closure.pk, actor=request.user, reason=reason, at=at)
            return f"This closing goes on: {reason}"

        return self.ask(
            request,
            closure,
            form,
            act,
            title="Let this closing go on",
            intro="What is due is erased at the next round. It can't be brought back.",
            button="Let it go on",
            destructive=True,
        )
