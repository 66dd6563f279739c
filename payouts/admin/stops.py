"""Where payouts are stopped for now: a country, or a rail."""

import datetime as dt
from typing import ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_object_actions import action

from ledger.admin import ConfirmedAddAdmin
from ledger.confirmed import ConfirmedAdmin, sent
from ledger.standing import InForceFilter
from payouts import rails
from payouts.models import PayoutStop
from payouts.models.remittances import rail_label
from payouts.operations import stops
from payouts.operations.review import MissingReason, NotPermitted
from payouts.words import money

FACTS = ("country", "rail", "reason")


class StopForm(forms.ModelForm):
    rail = forms.ChoiceField(
        required=False,
        choices=lambda: [("", "---------"), *((name, rail_label(name)) for name in rails.names())],
    )

    class Meta:
        model = PayoutStop
        fields = FACTS


@admin.register(PayoutStop)
class PayoutStopAdmin(ConfirmedAdmin, ConfirmedAddAdmin):
    confirmation: ClassVar = {
        "title": "Stop these payouts?",
        "intro": "What has not left yet waits until somebody lifts the stop. Creators read the reason.",
        "button": "Stop them",
    }
    form = StopForm
    refusals = (NotPermitted, MissingReason, stops.AlreadyStopped, stops.UnknownStop)
    list_display = ("__str__", "reason", "stopped_at", "stopped_by", "lifted_at", "lifted_by")
    list_select_related = ("stopped_by", "lifted_by")
    list_filter = (InForceFilter,)
    change_actions = ("lift",)

    def get_fields(self, request: HttpRequest, obj: PayoutStop | None = None) -> tuple[str, ...]:
        if obj is None:
            return FACTS
        return (*FACTS, "stopped_at", "stopped_by", "told_at", "lifted_at", "lifted_by", "lift_told_at")

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def effects(self, facts: dict) -> list[tuple[str, ...]]:
        stop, now = PayoutStop(**facts), timezone.now()
        held = stops.waiting(stop, now).order_by("currency").values_list("currency")
        waits = [
            f"{money(total, currency)} in {count}"
            for currency, count, total in held.annotate(count=Count("id"), total=Sum("net"))
        ]
        return [
            ("Stopped", str(stop)),
            ("What creators read", stop.reason),
            ("Creators who are told", str(stops.concerned(stop, now).count())),
            ("Payouts that will wait", ", ".join(waits) or "none"),
        ]

    def save_model(self, request: HttpRequest, obj: PayoutStop, form: StopForm, change: bool) -> None:
        facts = {name: form.cleaned_data[name] for name in FACTS}
        obj.pk = stops.stop(**facts, actor=request.user, at=timezone.now()).pk

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        stop = self.get_object(request, object_id)
        may = request.user.has_perm("payouts.lift_payoutstop")
        return self.change_actions if stop and stop.lifted_at is None and may else ()

    @action(label="Lift it", methods=("POST",), button_type="form")
    def lift(self, request: HttpRequest, stop: PayoutStop) -> HttpResponse:
        def act(at: dt.datetime) -> str:
            stops.lift(stop_id=stop.pk, actor=request.user, at=at)
            return f"Payouts go on: {stop}."

        return self.ask(
            request, stop, forms.Form(sent(request)), act, title=f"Let payouts go on: {stop}?",
            button="Lift it",
            intro="What waited leaves with the next payments. Those whom the stop concerns are told.",
        )  # fmt: skip
