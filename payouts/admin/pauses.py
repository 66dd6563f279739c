"""Accounts that nothing is sent to, until a person looked into it."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django_object_actions import action

from ledger.confirmed import ConfirmedAdmin, sent
from ledger.standing import InForceFilter
from payouts.models import DestinationPause
from payouts.operations import pauses
from payouts.operations.review import MissingReason, NotPermitted
from payouts.rails.failures import explain


class LiftForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        help_text="Kept with the pause.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@admin.register(DestinationPause)
class DestinationPauseAdmin(ConfirmedAdmin):
    refusals = (NotPermitted, MissingReason, pauses.UnknownPause)
    list_display = ("method", "owner", "code", "paused_at", "lifted_at", "lifted_by")
    list_filter = (InForceFilter,)
    list_select_related = ("method__owner", "lifted_by")
    search_fields = ("=method__owner__email", "=method__owner__handle")
    search_help_text = "The creator's whole email or handle."
    exclude = ("fingerprint",)
    readonly_fields = ("meaning",)
    change_actions = ("lift",)

    @admin.display(ordering="method__owner")
    def owner(self, row: DestinationPause):
        return row.method.owner

    @admin.display(description="what the code means")
    def meaning(self, row: DestinationPause) -> str:
        return explain(row.code).what_happened

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        pause = self.get_object(request, object_id)
        may = request.user.has_perm("payouts.lift_destinationpause")
        return self.change_actions if pause and pause.lifted_at is None and may else ()

    @action(label="Lift the pause", methods=("POST",), button_type="form")
    def lift(self, request: HttpRequest, pause: DestinationPause) -> HttpResponse:
        form = LiftForm(sent(request))

        def act(at: dt.datetime) -> str:
            pauses.lift_pause(pause_id=pause.pk, actor=request.user, at=at, **form.cleaned_data)
            return f"Payouts go to {pause} again."

        return self.ask(
            request, pause, form, act, title=f"Lift the pause of {pause}", button="Lift",
            intro=f"{pauses.FAILURES} payments in a row did not arrive there. {self.meaning(pause)} What "
            "waits for this account goes with the next batch, and counting begins anew.",
        )  # fmt: skip
