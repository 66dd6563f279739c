"""Each task looks for rows that wait and does one operation on each: a lost message costs time alone."""

from celery import shared_task
from celery.utils.log import get_task_logger
from django.utils import timezone

from ledger.chart import CREATOR_CASH_OWED
from ledger.queries import debtors
from partnerships.models.imports import ImportState
from partnerships.operations import (
    accruals,
    affiliate_clicks,
    affiliate_conversions,
    affiliate_postbacks,
    cash,
    closes,
    deal_reminders,
    imports,
    merch_orders,
    store_deliveries,
    undone_imports,
)
from partnerships.queries import affiliate
from partnerships.queries.closes import dues, items_to_credit
from partnerships.queries.deal_reminders import deliverables_due, invoices_due, rights_ending
from partnerships.queries.imports import imports_in
from partnerships.queries.programmes import programmes

logger = get_task_logger(__name__)


@shared_task
def repay_cash_debts() -> None:
    for creator_id, currency in debtors(CREATOR_CASH_OWED):
        try:
            cash.repay(creator_id=creator_id, currency=currency, at=timezone.now())
        except Exception:  # one debt must not hold up the others
            logger.exception("The debt of %s in %s could not be repaid.", creator_id, currency)


@shared_task
def take_in_imports() -> None:
    """And take back those that are to be undone."""
    for state, step in (
        (ImportState.CONFIRMED, imports.apply_next),
        (ImportState.UNDOING, undone_imports.undo_next),
    ):
        for import_id in imports_in(state):
            try:
                while step(import_id=import_id, at=timezone.now()):
                    pass
            except Exception:  # one file must not hold up the others
                logger.exception("Import %s could not go on.", import_id)


@shared_task
def handle_store_deliveries() -> None:
    """What stores sent since, then the orders that a new cost concerns."""
    store_deliveries.handle_waiting(at=timezone.now())
    merch_orders.recount_orders(at=timezone.now())


@shared_task
def work_out_programmes() -> None:
    """Accrue what is due, prepare the closes of months that ended, and credit what was approved."""
    at = timezone.now()
    for due_id in dues():
        _alone(accruals.accrue_due, due_id=due_id, at=at)
    for programme in programmes():
        _alone(closes.prepare, programme=programme, at=at)
    for item_id in items_to_credit():
        _alone(closes.credit, item_id=item_id, at=at)
    closes.finish(at=at)


@shared_task
def advance_commissions() -> None:
    """Approve what approves itself, then make payable what is approved, where the hold is over."""
    at = timezone.now()
    for rows, step in (
        (affiliate.to_approve(at), affiliate_conversions.approve),
        (affiliate.to_pay(at), affiliate_conversions.make_payable),
    ):
        for conversion_id in list(rows.values_list("id", flat=True)):
            _alone(step, conversion_id=conversion_id, at=at)


@shared_task
def handle_forgotten_postbacks() -> None:
    affiliate_postbacks.handle_forgotten(at=timezone.now())


@shared_task
def forget_words() -> None:
    """What stores and merchants told, once nobody needs it as it was told."""
    at = timezone.now()
    store_deliveries.forget(at=at)
    affiliate_postbacks.forget(at=at)


@shared_task
def forget_clicks() -> None:
    affiliate_clicks.forget(at=timezone.now())


@shared_task
def remind_of_deals() -> None:
    at = timezone.now()
    for deliverable in deliverables_due(at.date()):
        _alone(deal_reminders.remind_of_deliverable, deliverable=deliverable, at=at)
    for invoice in invoices_due(at.date()):
        _alone(deal_reminders.remind_of_invoice, invoice=invoice, at=at)
    for right in rights_ending(at.date()):
        _alone(deal_reminders.remind_of_right, right=right, at=at)


def _alone(operation, **what) -> None:
    """One row must not hold up the others."""
    try:
        operation(**what)
    except Exception:
        logger.exception("%s of %s failed.", operation.__name__, what)
