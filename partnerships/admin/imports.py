"""Files of figures that staff bring, shown before anything is taken in."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django_object_actions import action

from ledger.confirmed import ConfirmedAdmin, sent
from partnerships.forms.imports import UploadForm
from partnerships.imports import UnreadableFile
from partnerships.models import Import
from partnerships.models.imports import ImportState, Standing
from partnerships.operations import imports as operations
from partnerships.queries.imports import preview, rows_of, said_of

ROWS = 100


def _offered(person) -> list:
    """The kinds of files that this person may bring here."""
    return [
        dialect
        for dialect in operations.DIALECTS.values()
        if dialect.permission and person.has_perm(dialect.permission)
    ]


@admin.register(Import)
class ImportAdmin(ConfirmedAdmin):
    change_form_template = "admin/partnerships/import.html"
    refusals = (operations.NotToBeConfirmed, operations.NothingToTakeIn, operations.UnknownImport)
    list_display = ("name", "kind", "owner", "state", "uploaded_at", "applied_at")
    list_filter = ("state", "dialect")
    list_select_related = ("owner",)
    fields = ("name", "kind", "about", "owner", "state", "uploaded_at", "confirmed_at", "applied_at")
    change_actions = ("take_in", "discard")

    @admin.display(description="kind", ordering="dialect")
    def kind(self, importing: Import) -> str:
        return operations.DIALECTS[importing.dialect].label

    @admin.display(description="about")
    def about(self, importing: Import) -> str:
        return str(operations.subject_of(importing) or "–")

    def has_add_permission(self, request, obj=None) -> bool:
        return bool(_offered(request.user))

    def add_view(self, request: HttpRequest, form_url="", extra_context=None) -> HttpResponse:
        offered = _offered(request.user)
        if not offered:
            raise PermissionDenied
        asked = request.GET.get("dialect", offered[0].code)
        kind = next((dialect for dialect in offered if dialect.code == asked), None)
        if kind is None:
            raise Http404
        form = UploadForm(
            kind, request.user, request.POST or None, request.FILES or None,
            initial={"subject": request.GET.get("subject")},
        )  # fmt: skip
        if request.method == "POST" and form.is_valid():
            try:
                made = operations.upload(
                    owner=request.user, dialect=kind.code, at=timezone.now(), **form.upload()
                )
            except UnreadableFile as refusal:
                form.add_refusal(refusal)
            else:
                self.log_addition(request, made, "Brought, and read.")
                return redirect("admin:partnerships_import_change", made.pk)
        context = self.admin_site.each_context(request) | {
            "title": f"Bring a file: {kind.label}",
            "opts": self.opts,
            "form": form,
            "kind": kind,
            "offered": offered,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/partnerships/upload.html", context, status=status)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        found = self.get_object(request, object_id)
        panel = {}
        if found is not None:
            shown = request.GET.get("rows", "")
            seen = preview(found)
            panel = {
                "importing": found,
                "seen": seen,
                "shown": shown,
                "piles": [("", "All", seen.accepted + seen.refused), ("refused", "Refused", seen.refused)]
                + [(each.value, each.label, getattr(seen, each)) for each in Standing],
                "page": Paginator(rows_of(found, shown), ROWS).get_page(request.GET.get("page")),
            }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **panel})

    def get_change_actions(self, request: HttpRequest, object_id, form_url) -> tuple[str, ...]:
        """Whoever brought a file takes it in."""
        found = self.get_object(request, object_id)
        mine = found is not None and found.owner_id == request.user.pk
        return self.change_actions if mine and found.state == ImportState.PREVIEWED else ()

    @action(label="Take it in", methods=("POST",), button_type="form")
    def take_in(self, request: HttpRequest, importing: Import) -> HttpResponse:
        seen = preview(importing)

        def act(at: dt.datetime) -> str:
            return said_of(operations.confirm(owner=request.user, import_id=importing.pk, at=at))

        return self.ask(
            request, importing, forms.Form(sent(request)), act,
            title=f"Take {importing} in", button="Take it in",
            intro="What it says replaces what was known of the same days, which are worked out anew.",
            facts=[
                ("About", self.about(importing)), ("New", str(seen.new)), ("Changed", str(seen.changed)),
                ("Refused", str(seen.refused)),
            ],
        )  # fmt: skip

    @action(label="Discard", methods=("POST",), button_type="form")
    def discard(self, request: HttpRequest, importing: Import) -> HttpResponse:
        def act(at: dt.datetime) -> str:
            operations.discard(owner=request.user, import_id=importing.pk)
            return "Discarded."

        return self.ask(
            request, importing, forms.Form(sent(request)), act,
            title=f"Discard {importing}", button="Discard",
            intro="Nothing of it is taken in.", destructive=True,
        )  # fmt: skip
