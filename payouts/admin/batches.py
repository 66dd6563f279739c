"""Preparing batches, reading their dry runs, approving them and watching what becomes of them."""

import csv

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django_object_actions import action

from ledger.units import to_decimal
from payouts import rails
from payouts.admin.base import ActionsAdmin
from payouts.batch_states import BatchState, ItemState
from payouts.models import PayoutBatch
from payouts.operations import batches
from payouts.operations.moves import Stale, WrongState
from payouts.operations.review import NotPermitted
from payouts.queries import batches as queries
from payouts.words import money

ITEMS_A_PAGE = 100
REFUSALS = (NotPermitted, Stale, WrongState, batches.NothingToPay)


@admin.register(PayoutBatch)
class PayoutBatchAdmin(ActionsAdmin):
    change_list_template = "admin/payouts/payoutbatch/change_list.html"
    change_form_template = "admin/payouts/payoutbatch/change_form.html"
    list_display = (
        "__str__", "state", "planned_count", "total", "cut_off_at", "prepared_by", "approved_by",
    )  # fmt: skip
    list_filter = ("state", "rail", "currency")
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
            and batch.prepared_by_id != request.user.pk
            and batch.planned_count > 0,
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
            consequence="They are sent from now on. What can no longer be sent is told here, with why.",
            done="is being sent",
        )

    @action(label="Discard", methods=("POST",), button_type="form")
    def discard(self, request: HttpRequest, batch: PayoutBatch) -> HttpResponse:
        return self._decide(
            request,
            batch,
            batches.discard,
            button="Discard",
            consequence="Nothing is sent. Its payouts stay approved, for another batch.",
            done="is discarded",
        )

    def _decide(self, request, batch: PayoutBatch, operation, *, button, consequence, done) -> HttpResponse:
        """The button asks for confirmation; the confirmed form decides on the version that was shown."""
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        if not request.POST.get("version", "").isdecimal():
            context = self.admin_site.each_context(request) | {
                "title": f"{button}: {batch}",
                "opts": self.opts,
                "batch": batch,
                "beside": queries.change(batch),
                "button": button,
                "consequence": consequence,
            }
            return TemplateResponse(request, "admin/payouts/payoutbatch/decide.html", context)
        version = int(request.POST["version"])
        try:
            operation(batch_id=batch.pk, version=version, actor=request.user, at=timezone.now())
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
        else:
            told = f"{batch} {done}: {batch.planned_count}, {self.total(batch)}."
            self.log_change(request, batch, told)
            messages.success(request, told)
        return redirect("admin:payouts_payoutbatch_change", batch.pk)

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


def _carried(kind: queries.Kind) -> str:
    """The rail that they would leave on."""
    try:
        return rails.for_payment(method_kind=kind.method_kind, currency=kind.currency)
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
