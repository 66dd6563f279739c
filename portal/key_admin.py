"""People's keys to the API, for staff to look at and to end."""

import datetime as dt

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django_object_actions import action

from ledger.confirmed import ConfirmedAdmin, ReasonForm, sent
from ledger.standing import InForceFilter
from portal.models import ApiKey
from portal.operations import keys


class RevokedFilter(InForceFilter):
    field = "revoked_at"
    holds = "Not revoked"
    ended = "Revoked"


@admin.register(ApiKey)
class ApiKeyAdmin(ConfirmedAdmin):
    """Whose programs use the API, and for what. What opens it is known to nobody here."""

    refusals = (keys.NotPermitted, keys.MissingReason, keys.UnknownKey)
    list_display = ("name", "start", "user", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_filter = (RevokedFilter,)
    list_select_related = ("user",)
    search_fields = ("=user__email", "=user__handle", "=start")
    search_help_text = "The owner's whole email address or handle, or the key's first ten characters."
    ordering = ("-id",)
    fields = ("user", "name", "start", "scopes", "created_at", "last_used_at", "expires_at", "revoked_at")
    change_actions = ("revoke",)

    def get_change_actions(self, request: HttpRequest, object_id, form_url) -> tuple[str, ...]:
        key = self.get_object(request, object_id)
        may = request.user.has_perm("portal.revoke_apikey")
        return self.change_actions if key and key.revoked_at is None and may else ()

    @action(label="Revoke", methods=("POST",), button_type="form")
    def revoke(self, request: HttpRequest, key: ApiKey) -> HttpResponse:
        form = ReasonForm(sent(request))
        form.fields["reason"].help_text = "The key's owner reads this."

        def act(at: dt.datetime) -> str:
            keys.revoke_for(actor=request.user, key_id=key.pk, at=at, **form.cleaned_data)
            return f"{key} is revoked."

        return self.ask(
            request, key, form, act, title=f"Revoke {key}", button="Revoke", destructive=True,
            intro=f"Programs of {key.user} that use it get no answer from now on. It can't be brought back.",
        )  # fmt: skip
