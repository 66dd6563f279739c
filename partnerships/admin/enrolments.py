"""Who takes part in programmes: applications, suspensions and appeals."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_object_actions import action

from ledger.confirmed import ConfirmedAdmin, ReasonForm, sent
from partnerships.models import Appeal, Enrolment, EnrolmentEvent, EnrolmentPeriod
from partnerships.operations import enrolments
from partnerships.operations.appeals import decide_appeal
from partnerships.operations.programmes import NotPermitted
from partnerships.programme_states import AppealState, EnrolmentState
from partnerships.queries.eligibility import eligibility
from partnerships.queries.programmes import left_suspended

REFUSALS = (NotPermitted, enrolments.WrongState, enrolments.MissingReason, enrolments.UnknownEnrolment)


class NoteForm(forms.Form):
    internal_note = forms.CharField(
        label="Note for staff",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The creator never sees this.",
    )


class WordsForm(ReasonForm, NoteForm):
    field_order = ("reason", "internal_note")


class AnswerForm(forms.Form):
    answer = forms.CharField(
        help_text="The creator reads this.", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


class EventInline(ReadOnlyInline):
    model = EnrolmentEvent
    fields = ("at", "code", "actor", "reason", "internal_note")


class PeriodInline(ReadOnlyInline):
    model = EnrolmentPeriod
    fields = ("first_date", "last_date")


def _by_state(name: str, label: str, words: str, operation, form_class, *, destructive: bool = False):
    @action(label=label, methods=("POST",), button_type="form")
    def act(self, request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
        form = form_class(sent(request))

        def decide(at: dt.datetime) -> str:
            done = operation(enrolment_id=enrolment.pk, actor=request.user, at=at, **form.cleaned_data)
            return f"{done}: {done.get_state_display().lower()}."

        return self.ask(
            request,
            enrolment,
            form,
            decide,
            title=f"{label}: {enrolment}",
            intro=words,
            button=label,
            destructive=destructive,
            facts=[
                *([("Left while suspended", "taking them in ends it")] if left_suspended(enrolment) else []),
                *(
                    (criterion.label, "met" if criterion.met else criterion.next_step)
                    for criterion in eligibility(
                        enrolment.creator, enrolment.programme, timezone.now()
                    ).criteria
                ),
            ],
        )

    act.__name__ = name
    return act


ACTIONS = {
    EnrolmentState.APPLIED: ("accept", "refuse"),
    EnrolmentState.ACTIVE: ("suspend",),
    EnrolmentState.SUSPENDED: ("resume",),
}


@admin.register(Enrolment)
class EnrolmentAdmin(ConfirmedAdmin):
    refusals = REFUSALS
    list_display = ("creator", "programme", "state", "applied_at", "reason")
    list_filter = ("state", "programme")
    list_select_related = ("creator", "programme")
    search_fields = ("=creator__email", "=creator__handle")
    search_help_text = "The creator's whole email or handle."
    fields = ("creator", "programme", "state", "applied_at", "reason", "suspended_by")
    inlines = (PeriodInline, EventInline)
    change_actions = ("accept", "refuse", "suspend", "resume")

    accept = _by_state(
        "accept", "Take in", "Days count from today on, and the creator is told.", enrolments.accept, NoteForm
    )
    refuse = _by_state(
        "refuse", "Refuse", "The creator reads the reason and may apply again.", enrolments.refuse, WordsForm,
        destructive=True,
    )  # fmt: skip
    suspend = _by_state(
        "suspend", "Suspend",
        "Days from today on do not count. What was earned stays. The creator reads the reason and may appeal "
        "to somebody else than you.",
        enrolments.suspend, WordsForm, destructive=True,
    )  # fmt: skip
    resume = _by_state(
        "resume", "Lift the suspension", "Days count from today on; those in between don't.",
        enrolments.resume, WordsForm,
    )  # fmt: skip

    def get_change_actions(self, request: HttpRequest, object_id, form_url) -> tuple[str, ...]:
        enrolment = self.get_object(request, object_id)
        if enrolment is None or not request.user.has_perm("partnerships.decide_enrolment"):
            return ()
        return ACTIONS.get(EnrolmentState(enrolment.state), ())


def _deciding(name: str, label: str, words: str, *, upheld: bool):
    @action(label=label, methods=("POST",), button_type="form")
    def act(self, request: HttpRequest, appeal: Appeal) -> HttpResponse:
        form = AnswerForm(sent(request))

        def decide(at: dt.datetime) -> str:
            done = decide_appeal(
                appeal_id=appeal.pk, actor=request.user, upheld=upheld, at=at, **form.cleaned_data
            )
            return f"{done.enrolment}: {done.get_state_display().lower()}."

        return self.ask(
            request, appeal, form, decide, title=f"{label}: {appeal.enrolment}", intro=words, button=label,
            destructive=not upheld,
            facts=[("Suspended because", appeal.enrolment.reason), ("The creator says", appeal.text)],
        )  # fmt: skip

    act.__name__ = name
    return act


@admin.register(Appeal)
class AppealAdmin(ConfirmedAdmin):
    """Oldest first; whoever suspended can't decide."""

    refusals = REFUSALS
    list_display = ("enrolment", "made_at", "state", "suspended_by", "decided_by")
    list_filter = ("state",)
    list_select_related = ("enrolment__creator", "enrolment__programme", "suspended_by", "decided_by")
    fields = (
        "enrolment", "state", "text", "made_at", "suspended_by", "suspended_date", "answer", "decided_by",
        "decided_at",
    )  # fmt: skip
    change_actions = ("uphold", "dismiss")
    uphold = _deciding(
        "uphold", "Uphold", "It is as if the suspension had never been: the days since count.", upheld=True
    )
    dismiss = _deciding("dismiss", "Dismiss", "The suspension stays.", upheld=False)

    def get_change_actions(self, request: HttpRequest, object_id, form_url) -> tuple[str, ...]:
        appeal = self.get_object(request, object_id)
        may = (
            appeal is not None
            and appeal.state == AppealState.OPEN
            and request.user.has_perm("partnerships.decide_enrolment")
            and request.user.pk not in (appeal.suspended_by_id, appeal.enrolment.creator_id)
        )
        return self.change_actions if may else ()
