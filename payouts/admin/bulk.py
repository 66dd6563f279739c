"""Decisions about many payouts: chosen in the list, shown with totals, confirmed, then made one by one."""

import uuid

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from payouts.admin.decisions import DECISIONS, ManyForm, consequence, obstacle
from payouts.operations.bulk_review import MOST, TooMany, decide_many
from payouts.operations.review import MissingReason, needs_second_approval
from payouts.queries import review

MANY = [name for name, decision in DECISIONS.items() if decision.many]


def _choice(name: str):
    @admin.action(description=f"{DECISIONS[name].label} …", permissions=["review"])
    def choose(self, request: HttpRequest, chosen) -> HttpResponse | None:
        payouts = list(chosen[: MOST + 1])
        if len(payouts) > MOST:
            messages.error(request, f"Choose {MOST} payouts at most.")
            return None
        return self.confirm_many(request, name, payouts, ManyForm(DECISIONS[name]))

    choose.__name__ = f"{name}_many"
    return choose


class BulkDecisions:
    actions = [_choice(name) for name in MANY]  # Django's own shape

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payouts.review_payout")

    def get_urls(self):
        view = self.admin_site.admin_view(self.many_view)
        return [path("many/<slug:name>/", view, name="payouts_payoutrequest_many"), *super().get_urls()]

    def many_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """What was confirmed, about the versions that were shown."""
        if name not in MANY:
            raise Http404
        if request.method != "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        if not self.has_review_permission(request):
            raise PermissionDenied
        decision, chosen = DECISIONS[name], _chosen(request.POST.getlist("chosen"))
        form = ManyForm(decision, request.POST)
        if not form.is_valid():
            payouts = list(review.queue().filter(id__in=chosen)[:MOST])
            return self.confirm_many(request, name, payouts, form)
        try:
            done = decide_many(
                operation=decision.operation, chosen=chosen.items(), actor=request.user, at=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
        except (TooMany, MissingReason) as refusal:
            messages.error(request, str(refusal))
        else:
            self._tell(request, name, done)
        return redirect("admin:payouts_payoutrequest_changelist")

    def _tell(self, request: HttpRequest, name: str, done) -> None:
        waiting = [payout for payout in done.decided if payout.state in DECISIONS[name].states]
        moved = [payout for payout in done.decided if payout not in waiting]
        if moved:
            state = moved[0].get_state_display().lower()
            verb = "is" if len(moved) == 1 else "are"
            messages.success(request, f"{_many(moved)} {verb} now {state}: {_names(moved)}.")
        if waiting:
            verb = "waits" if len(waiting) == 1 else "wait"
            messages.success(request, f"{_names(waiting)} {verb} for a second approver.")
        references = dict(
            review.queue().filter(id__in=[each for each, _ in done.refused]).values_list("id", "reference")
        )
        for payout_id, why in done.refused:
            messages.error(request, f"{references.get(payout_id, payout_id)} is as it was: {why}")

    def confirm_many(self, request: HttpRequest, name: str, payouts: list, form: ManyForm) -> HttpResponse:
        decision, chosen, left = DECISIONS[name], [], []
        for payout in payouts:
            why = obstacle(name, payout, request.user)
            payout.words = why or consequence(name, payout)
            (left if why else chosen).append(payout)
        context = self.admin_site.each_context(request) | {
            "title": f"{decision.label} {_many(chosen)}",
            "opts": self.opts,
            "name": name,
            "decision": decision,
            "chosen": chosen,
            "left": left,
            "totals": review.totals(chosen),
            "second": [each for each in chosen if name == "approve" and needs_second_approval(each)],
            "form": form,
            "destructive": name == "reject",
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/payouts/payoutrequest/many.html", context, status=status)


def _chosen(items: list[str]) -> dict[uuid.UUID, int]:
    """Of "id:version"; anything else is no form of ours."""
    try:
        return {uuid.UUID(each): int(version) for each, _, version in (item.partition(":") for item in items)}
    except ValueError as error:
        raise BadRequest("Choose the payouts in the list again.") from error


def _many(payouts: list) -> str:
    return "1 payout" if len(payouts) == 1 else f"{len(payouts)} payouts"


def _names(payouts: list) -> str:
    return ", ".join(payout.reference for payout in payouts)
