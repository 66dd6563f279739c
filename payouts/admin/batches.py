"""Preparing batches, reading their dry runs, approving them and watching what becomes of them."""

import csv
import datetime as dt

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django_object_actions import action

from ledger.confirmed import ConfirmedAdmin, sent
from ledger.units import to_decimal
from payouts import rails
from payouts.admin.base import RailFilter
from payouts.batch_states import BatchState, ItemState
from payouts.models import PayoutBatch
from payouts.models.remittances import rail_label
from payouts.operations import batches
from payouts.operations.moves import Stale, WrongState
from payouts.operations.review import NotPermitted
from payouts.queries import batches as queries
from payouts.words import money

ITEMS_A_PAGE = 100


class VersionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


@admin.register(PayoutBatch)
class PayoutBatchAdmin(ConfirmedAdmin):
    refusals = (NotPermitted, Stale, WrongState, batches.NothingToPay)
    change_list_template = "admin/payouts/payoutbatch/change_list.html"
    change_form_template = "admin/payouts/payoutbatch/change_form.html"
    list_display = (
        "__str__", "state", "planned_count", "total", "cut_off_at", "prepared_by", "approved_by",
    )  # fmt: skip
    list_filter = ("state", RailFilter, "currency")
    list_select_related = ("prepared_by", "approved_by")
    fields = (
        "state", "rail", "currency", "cut_off_at", "prepared_at", "prepared_by", "approved_at", "approved_by",
        "done_at", "discarded_at", "note",
    )  # fmt: skip
    change_actions = ("approve", "discard")
    changelist_actions = ("prepare",)

    @admin.display(description="total", ordering="planned_total")
    def total(self, batch: PayoutBatch) -> str:
        return money(batch.planned_total, batch.currency)

    def get_urls(self):
        view = self.admin_site.admin_view(self.csv_view)
        return [path("<uuid:batch_id>/items.csv", view, name="payouts_payoutbatch_csv"), *super().get_urls()]

    def get_changelist_actions(self, request: HttpRequest):
        return self.changelist_actions if request.user.has_perm("payouts.prepare_payoutbatch") else ()

    def get_change_actions(self, request: HttpRequest, object_id, form_url) -> list[str]:
        batch = self.get_object(request, object_id)
        if batch is None or batch.state != BatchState.PREPARED:
            return []
        may = {
            "approve": request.user.has_perm("payouts.approve_payoutbatch")
            and batch.planned_count > 0
            and not _involved(batch, request.user),
            "discard": request.user.has_perm("payouts.prepare_payoutbatch"),
        }
        return [name for name in self.change_actions if may[name]]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        batch = self.get_object(request, object_id)
        panel = _panel(batch, request) if batch else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **panel})

    @action(label="Prepare batches", methods=("GET", "POST"), button_type="a")
    def prepare(self, request: HttpRequest, queryset) -> HttpResponse:
        """Shows what a dry run would look at, and makes one for each rail and currency."""
        if not request.user.has_perm("payouts.prepare_payoutbatch"):
            raise PermissionDenied
        now = timezone.now()
        if request.method == "POST":
            try:
                made = batches.prepare(actor=request.user, at=now)
            except (NotPermitted, Stale) as refusal:
                messages.error(request, str(refusal))
            else:
                for batch in made:
                    self.log_addition(request, batch, "Prepared.")
                words = f"Prepared: {', '.join(map(str, made))}." if made else "Nothing waits to be paid."
                messages.success(request, words)
                if len(made) == 1:
                    return redirect("admin:payouts_payoutbatch_change", made[0].pk)
            return redirect("admin:payouts_payoutbatch_changelist")
        context = self.admin_site.each_context(request) | {
            "title": "Prepare batches",
            "opts": self.opts,
            "kinds": [(kind, _carried(kind)) for kind in queries.kinds_approved()],
            "waiting": list(queries.to_approve()),
        }
        return TemplateResponse(request, "admin/payouts/payoutbatch/prepare.html", context)

    @action(label="Approve", methods=("POST",), button_type="form")
    def approve(self, request: HttpRequest, batch: PayoutBatch) -> HttpResponse:
        return self._decide(
            request,
            batch,
            batches.approve,
            button="Approve and send",
            intro="They are sent from now on. What can no longer be sent is told here, with why.",
            done="is being sent",
        )

    @action(label="Discard", methods=("POST",), button_type="form")
    def discard(self, request: HttpRequest, batch: PayoutBatch) -> HttpResponse:
        return self._decide(
            request,
            batch,
            batches.discard,
            button="Discard",
            intro="Nothing is sent. Its payouts stay approved, for another batch.",
            done="is discarded",
        )

    def _decide(self, request, batch: PayoutBatch, operation, *, button, intro, done) -> HttpResponse:
        """What is confirmed is the version that was shown."""
        form = VersionForm(sent(request), initial={"version": batch.version})

        def act(at: dt.datetime) -> str:
            operation(batch_id=batch.pk, actor=request.user, at=at, **form.cleaned_data)
            return f"{batch} {done}: {batch.planned_count}, {self.total(batch)}."

        return self.ask(
            request, batch, form, act, title=f"{button}: {batch}", button=button, intro=intro,
            facts=self._totals(batch),
        )  # fmt: skip

    def _totals(self, batch: PayoutBatch) -> list[tuple[str, str]]:
        """What is decided about, beside the batch before."""
        noun = "payout" if batch.planned_count == 1 else "payouts"
        cut_off = date_format(timezone.localtime(batch.cut_off_at), "DATETIME_FORMAT")
        found = [
            ("Control totals", f"{self.total(batch)} in {batch.planned_count} {noun}"),
            ("Leaves by", rail_label(batch.rail)),
            ("Cut off at", cut_off),
        ]
        beside = queries.change(batch)
        if beside is None:
            return [*found, ("The one before", "None: this is the first of its kind")]
        return [
            *found,
            ("The one before", f"{self.total(beside.before)} in {beside.before.planned_count}"),
            ("Change", f"{money(beside.total, batch.currency)}, {beside.count:+d}"),
            ("Creators who are new in it", str(beside.joined)),
            ("Creators of then who are not", str(beside.left)),
        ]

    def csv_view(self, request: HttpRequest, batch_id) -> HttpResponse:
        """The dry run and its outcome, a line for each item and the control totals below."""
        batch = self.get_object(request, str(batch_id))
        if batch is None or not self.has_view_permission(request, batch):
            raise Http404
        answer = HttpResponse(
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="batch-{batch.pk}.csv"'},
        )
        lines = csv.writer(answer)
        lines.writerow(["reference", "creator", "state", "amount", "currency", "last_amount", "why"])
        for item in queries.items_of(batch):
            last = "" if item.last_amount is None else to_decimal(item.last_amount, batch.currency)
            amount = to_decimal(item.amount, batch.currency)
            creator, state = str(item.payout.creator_id), item.state
            lines.writerow([item.payout.reference, creator, state, amount, batch.currency, last, item.reason])
        lines.writerow(["planned", "", batch.planned_count, to_decimal(batch.planned_total, batch.currency)])
        return answer


def _involved(batch: PayoutBatch, user) -> bool:
    try:
        batches.refuse_involved(batch, user)
    except NotPermitted:
        return True
    return False


def _carried(kind: queries.Kind) -> str:
    """The rail that they would leave on."""
    try:
        return rail_label(rails.for_payment(method_kind=kind.method_kind, currency=kind.currency))
    except rails.NoRail:
        return ""


def _panel(batch: PayoutBatch, request: HttpRequest) -> dict:
    items = queries.items_of(batch)
    state = request.GET.get("items", "")
    if state in ItemState.values:
        items = items.filter(state=state)
    return {
        "batch": batch,
        "piles": queries.piles_of(batch),
        "payments": queries.payments_of(batch),
        "beside": queries.change(batch),
        "page": Paginator(items, ITEMS_A_PAGE).get_page(request.GET.get("page")),
        "chosen": state,
        "list_url": reverse("admin:payouts_payoutbatch_changelist"),
    }
