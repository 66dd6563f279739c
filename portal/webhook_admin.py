"""People's endpoints, for staff to look at and to switch off. Secrets are shown to nobody here."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django_object_actions import action

from ledger.admin import ReadOnlyAdmin
from ledger.confirmed import ConfirmedAdmin, sent
from portal.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from portal.operations.webhooks import NotPermitted, release_as_staff, switch_off_as_staff
from portal.webhook_states import OffBecause


class AttemptInline(admin.TabularInline):
    model = WebhookAttempt
    fields = ("began_at", "ended_at", "milliseconds", "status", "error", "answer")
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ConfirmedAdmin):
    refusals = (NotPermitted,)
    list_display = ("url", "owner", "made_at", "off_because", "failing_since")
    list_filter = ("off_because",)
    list_select_related = ("owner",)
    search_fields = ("=owner__email", "=owner__handle", "url")
    search_help_text = "The whole email or handle of its owner, or a part of the address."
    ordering = ("-id",)
    fields = (
        "owner", "url", "description", "event_types", "made_at", "off_because", "off_at", "rests_until",
        "failing_since", "previous_until",
    )  # fmt: skip
    change_actions = ("switch_off", "release")
    view_on_site = False  # its page is its owner's

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        endpoint = self.get_object(request, object_id)
        if endpoint is None or not request.user.has_perm("portal.switch_off_webhookendpoint"):
            return ()
        return ("release",) if endpoint.off_because == OffBecause.STAFF else ("switch_off",)

    @action(label="Switch off", methods=("POST",), button_type="form")
    def switch_off(self, request: HttpRequest, endpoint: WebhookEndpoint) -> HttpResponse:
        def act(at: dt.datetime) -> str:
            switch_off_as_staff(endpoint_id=endpoint.pk, actor=request.user, at=at)
            return "Switched off by staff: nothing is sent to it."

        return self.ask(
            request, endpoint, forms.Form(sent(request)), act, title=f"Switch {endpoint} off?",
            intro="Nothing more is sent to it. Its owner is told, and can't switch it on.",
            button="Switch it off", destructive=True,
        )  # fmt: skip

    @action(label="Let its owner switch it on", methods=("POST",), button_type="form")
    def release(self, request: HttpRequest, endpoint: WebhookEndpoint) -> HttpResponse:
        def act(at: dt.datetime) -> str:
            release_as_staff(endpoint_id=endpoint.pk, actor=request.user, at=at)
            return "Its owner may switch it on again."

        return self.ask(
            request, endpoint, forms.Form(sent(request)), act, title=f"Let its owner switch {endpoint} on?",
            intro="It stays off until they do.", button="Let them",
        )  # fmt: skip


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    list_display = ("event", "endpoint", "state", "tries", "made_at", "due_at", "over_at")
    list_filter = ("state",)
    list_select_related = ("event", "endpoint")
    search_fields = ("=endpoint__owner__email", "=endpoint__owner__handle", "=event__id")
    search_help_text = "The whole email or handle of the owner, or the event's id."
    ordering = ("-id",)
    fields = ("endpoint", "event", "state", "tries", "made_at", "due_at", "taken_until", "over_at")
    inlines = (AttemptInline,)
    view_on_site = False
