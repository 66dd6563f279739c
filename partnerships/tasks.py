"""Each task looks for rows that wait and does one operation on each: a lost message costs time alone."""

from celery import shared_task
from celery.utils.log import get_task_logger
from django.utils import timezone

from ledger.chart import CREATOR_CASH_OWED
from ledger.queries import debtors
from partnerships.operations import cash, imports, merch_orders, store_deliveries
from partnerships.queries.imports import imports_under_way

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
    for import_id in imports_under_way():
        try:
            while imports.apply_next(import_id=import_id, at=timezone.now()):
                pass
        except Exception:  # one file must not hold up the others
            logger.exception("Import %s could not go on.", import_id)


@shared_task
def handle_store_deliveries() -> None:
    """What stores sent since, then the orders that a new cost concerns."""
    store_deliveries.handle_waiting(at=timezone.now())
    merch_orders.recount_orders(at=timezone.now())
