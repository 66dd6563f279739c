"""Identities to verify, side by side with the papers that show them."""

import datetime as dt
from collections.abc import Iterator

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.timesince import timesince
from django_object_actions import action

from ledger.confirmed import ConfirmedAdmin, ReasonForm, sent
from payouts.admin.base import OthersOnly, ReadOnlyAdmin
from payouts.ages import adult_age, comes_of_age
from payouts.identity_states import WAITING, IdentityState
from payouts.models import DocumentAccess, IdentityVersion, InformationRequest
from payouts.models.identity import IdentityKind
from payouts.models.tax_forms import TaxFormState
from payouts.names import same_name
from payouts.operations import identity_review as review
from payouts.operations.review import MissingReason, NotPermitted
from payouts.queries import identity as queries
from payouts.queries.tax_forms import tax_form_of

FACTS = (
    ("company_name", "Business"),
    ("registration_number", "Registration number"),
    ("legal_name", "Name"),
    ("birth_date", "Date of birth"),
    ("street", "Street"),
    ("postal_code", "Postal code"),
    ("city", "Town"),
    ("country", "Country"),
    ("remark", "Their remark"),
)


OF_A_BUSINESS = frozenset(
    {
        InformationRequest.Field.COMPANY_NAME,
        InformationRequest.Field.REGISTRATION_NUMBER,
        InformationRequest.Field.COMPANY_DOCUMENT,
    }
)


class NoteForm(forms.Form):
    internal_note = forms.CharField(
        label="Note for staff",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The creator never sees this.",
    )


class RejectForm(ReasonForm, NoteForm):
    field_order = ("reason", "internal_note")


class AskForm(forms.Form):
    """One question for each field; those left empty are not asked."""

    def __init__(self, kind: str, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        for name, label in InformationRequest.Field.choices:
            if kind == IdentityKind.INDIVIDUAL and name in OF_A_BUSINESS:
                continue
            self.fields[name] = forms.CharField(
                label=label, required=False, max_length=500, widget=forms.TextInput(attrs={"size": 60})
            )

    def clean(self) -> dict[str, str]:
        questions = {name: words for name, words in self.cleaned_data.items() if words}
        if not self.errors and not questions:
            raise forms.ValidationError("Write a question beside at least one field. The creator reads it.")
        return questions


class QueueFilter(admin.SimpleListFilter):
    """Opens on what waits for a reviewer."""

    title = "queue"
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        return [("asked", "Waits for the creator"), ("verified", "Verified"), ("all", "All")]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": "Waits for review"}, *others]

    def queryset(self, request, queryset):
        state = self.value() or ("all" if request.GET.get(SEARCH_VAR) else "submitted")
        return queryset if state == "all" else queryset.filter(Q(state=state))


@admin.register(IdentityVersion)
class IdentityAdmin(OthersOnly, ConfirmedAdmin):
    """The queue, oldest first."""

    change_form_template = "admin/payouts/identityversion/change_form.html"
    refusals = (NotPermitted, MissingReason, review.AlreadyDecided, review.AlreadyAsked, review.PaperExpired)
    list_display = ("creator", "kind", "country", "number", "state", "age", "decided_by")
    list_filter = (QueueFilter, "kind", "country")
    list_select_related = ("creator", "decided_by")
    search_fields = ("=creator__email", "=creator__handle")
    search_help_text = "The creator's whole email or handle: a search looks beyond the queue."
    ordering = ("submitted_at", "id")
    fields = (
        "creator",
        "number",
        "state",
        "submitted_at",
        "decided_by",
        "decided_at",
        "expires_at",
        "reason",
        "internal_note",
    )
    change_actions = ("verify", "ask_for_more", "reject")

    def get_queryset(self, request: HttpRequest):
        # A list would decrypt each fact for nothing.
        queryset = super().get_queryset(request)
        if request.resolver_match.url_name.endswith("_changelist"):
            return queryset.defer(*(name for name, _ in FACTS if name != "country"))
        return queryset

    def get_urls(self):
        view = self.admin_site.admin_view(self.document_view)
        return [
            path("documents/<uuid:document_id>/", view, name="payouts_identitydocument_file"),
            path("documents/<uuid:document_id>/<int:page>/", view, name="payouts_identitydocument_page"),
            *super().get_urls(),
        ]

    def document_view(self, request: HttpRequest, document_id, page: int | None = None) -> HttpResponse:
        """A picture of one page; with no page the file itself, to be kept apart from the browser."""
        try:
            content, content_type = review.look(
                document_id=document_id, page=page, actor=request.user, at=timezone.now()
            )
        except NotPermitted as refusal:
            raise PermissionDenied from refusal
        except review.DocumentLost as refusal:
            raise Http404 from refusal
        response = HttpResponse(content, content_type=content_type)
        if page is None:
            name = f"{document_id}.{content_type.rpartition('/')[2]}"
            response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @admin.display(ordering="submitted_at")
    def age(self, version: IdentityVersion) -> str:
        return timesince(version.submitted_at, timezone.now(), depth=1)

    def get_change_actions(self, request: HttpRequest, object_id, form_url) -> tuple[str, ...]:
        version = self.get_object(request, object_id)
        if version is None or not request.user.has_perm("payouts.review_identity"):
            return ()
        if version.state in WAITING:
            return self.change_actions
        return ("ask_for_more",) if version.state == IdentityState.VERIFIED else ()

    def change_view(self, request, object_id, form_url="", extra_context=None):
        version = self.get_object(request, object_id)
        panel = _panel(version, request.user) if version else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **panel})

    @action(label="Verify", methods=("POST",), button_type="form")
    def verify(self, request: HttpRequest, version: IdentityVersion) -> HttpResponse:
        form = NoteForm(sent(request))

        def act(at: dt.datetime) -> str:
            review.verify(version_id=version.pk, actor=request.user, at=at, **form.cleaned_data)
            return f"{version.creator} is verified."

        return self.ask(
            request, version, form, act, title=f"Verify {version.creator}", button="Verify",
            intro="You compared every line with the papers. The creator can be paid, and is told so.",
        )  # fmt: skip

    @action(label="Ask for more", methods=("POST",), button_type="form")
    def ask_for_more(self, request: HttpRequest, version: IdentityVersion) -> HttpResponse:
        form = AskForm(version.kind, sent(request))

        def act(at: dt.datetime) -> str:
            asked = review.ask(version_id=version.pk, actor=request.user, questions=form.cleaned_data, at=at)
            return f"{version.creator} was asked about {', '.join(str(request) for request in asked)}."

        return self.ask(
            request, version, form, act, title=f"Ask {version.creator} for more", button="Ask",
            intro="The creator reads each question beside its field, has 14 days, and is reminded.",
        )  # fmt: skip

    @action(label="Reject", methods=("POST",), button_type="form")
    def reject(self, request: HttpRequest, version: IdentityVersion) -> HttpResponse:
        form = RejectForm(sent(request))

        def act(at: dt.datetime) -> str:
            review.reject(version_id=version.pk, actor=request.user, at=at, **form.cleaned_data)
            return f"{version.creator} is not verified."

        return self.ask(
            request, version, form, act, title=f"Reject {version.creator}", button="Reject", destructive=True,
            intro="The creator reads the reason and may send another version.",
        )  # fmt: skip


@admin.register(DocumentAccess)
class DocumentAccessAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "how", "page", "document")
    list_filter = ("how",)
    list_select_related = ("actor", "document__owner")
    search_fields = ("=actor__email", "=document__owner__email")
    search_help_text = "The whole email of who looked, or of whose document it is."
    date_hierarchy = "at"


def _panel(version: IdentityVersion, reader) -> dict:
    before = queries.version_before(version)
    documents = list(queries.documents_in(version))
    for document in documents:
        document.numbers = range(1, document.pages + 1)
    born, tax_form = dt.date.fromisoformat(version.birth_date), tax_form_of(version.creator_id)
    return {
        "version": version,
        "facts": list(_facts(version, before)),
        "signals": _signals(version, born, documents, tax_form),
        "documents": documents,
        "may_look": reader.has_perm("payouts.view_identitydocument"),
        "tax_form": tax_form,
        "requests": version.requests.select_related("asked_by", "answer"),
        "answers": version.answers.select_related("asked_by"),
        "accesses": queries.accesses_of(version)[:20],
        "versions": queries.versions_of(version.creator_id)
        .exclude(pk=version.pk)
        .select_related("decided_by"),
    }


def _facts(version: IdentityVersion, before: IdentityVersion | None) -> Iterator[dict]:
    """Each with what the version before said, where that was something else."""
    for name, label in FACTS:
        value, earlier = getattr(version, name), getattr(before, name, "")
        if value or earlier:
            changed = before is not None and earlier != value
            yield {"label": label, "value": value, "before": earlier if changed else None}


def _signals(version: IdentityVersion, born: dt.date, documents: list, tax_form) -> list[str]:
    """What a reviewer should not overlook."""
    person, found = version.creator, []
    name = version.company_name or version.legal_name
    if tax_form and tax_form.state == TaxFormState.SIGNED and not same_name(tax_form.name, name):
        whose = f"{tax_form.name}, {tax_form.get_tax_class_display().lower()}"
        found.append(f"The {tax_form.get_kind_display()} in force is that of {whose}.")
    if person.birth_date and person.birth_date != born:
        found.append(f"The profile says born on {person.birth_date:%Y-%m-%d}, this version {born:%Y-%m-%d}.")
    if str(person.country) != version.country:
        found.append(f"The profile's country is {person.country.name} by now.")
    of_age = comes_of_age(born, version.country)
    if of_age > version.submitted_at.date():
        found.append(f"Not {adult_age(version.country)} yet when it was sent: {of_age:%Y-%m-%d}.")
    for other in queries.others_with(documents):
        found.append(f"The same {other.get_kind_display().lower()} was uploaded by {other.owner.email}, too.")
    return found
