"""Each task looks for rows that wait and does one operation on each: a lost message costs time alone."""

import datetime as dt
import uuid

import requests
from celery import shared_task
from celery.utils.log import get_task_logger
from django.conf import settings
from django.utils import timezone

from payouts import queries
from payouts.operations import (
    alarms,
    bank_messages,
    batch_execution,
    batches,
    clawbacks,
    deliveries,
    pay_days,
    recalls,
    reconciliation,
    reminders,
    statements,
    stops,
)
from payouts.queries import identity, tax_forms
from payouts.queries.batches import to_execute
from payouts.queries.clawbacks import debtors
from payouts.queries.pay_days import due
from payouts.queries.recalls import unanswered_recalls
from payouts.queries.statements import creators
from payouts.queries.stops import stops_to_tell_of
from payouts.rails.bank import demo_bank

logger = get_task_logger(__name__)


@shared_task
def prepare_batches() -> None:
    batches.prepare_due(at=timezone.now())


@shared_task
def execute_batches() -> None:
    if not settings.PAYOUT_BATCHES_NEED_APPROVAL:
        batches.approve_prepared(at=timezone.now())
    for batch_id in to_execute():
        try:
            batch_execution.execute(batch_id=batch_id, at=timezone.now())
        except Exception:  # one batch must not hold up the others
            logger.exception("Batch %s could not be sent.", batch_id)


@shared_task
def ask_about_unanswered() -> None:
    for file_id in queries.unanswered(before=timezone.now() - deliveries.ASK_AFTER):
        try:
            deliveries.ask(file_id=file_id, at=timezone.now())
        except Exception:  # one file must not hold up the others
            logger.exception("Payment file %s could not be asked about.", file_id)


@shared_task
def repay_debts() -> None:
    for creator_id in debtors():
        try:
            clawbacks.repay(creator_id=creator_id, at=timezone.now())
        except Exception:  # as above
            logger.exception("The debts of %s could not be repaid.", creator_id)


@shared_task
def ask_about_recalls() -> None:
    for recall_id in unanswered_recalls(before=timezone.now() - deliveries.ASK_AFTER):
        try:
            recalls.ask_again(recall_id=recall_id, at=timezone.now())
        except Exception:  # as above
            logger.exception("Recall %s could not be asked about.", recall_id)


@shared_task
def keep_pay_days() -> None:
    now = timezone.now()
    for each in due(now):
        try:
            pay_days.keep_pay_day(due=each, at=now)
        except Exception:  # one creator must not hold up the others
            logger.exception("The pay day of %s could not be kept.", each.creator_id)


@shared_task
def seal_statements() -> None:
    """One task per creator: a round over all of them may take longer than a task may."""
    for creator_id in creators():
        seal_statements_of.delay(str(creator_id))


@shared_task
def seal_statements_of(creator_id: str) -> None:
    statements.seal_due(creator_id=uuid.UUID(creator_id), at=timezone.now())


@shared_task
def read_bank() -> None:
    bank_messages.read_bank(at=timezone.now())


@shared_task
def remind_of_papers() -> None:
    """Each row alone: one that fails stops no other."""
    now = timezone.now()
    near = {
        "after": now - reminders.TOLD_AFTER,
        "before": now + dt.timedelta(days=max(reminders.WARN_BEFORE)),
    }
    first = now - dt.timedelta(days=min(reminders.REMIND_AFTER))
    waiting = [
        *((reminders.remind, {"request_id": row.pk}) for row in identity.unanswered(asked_before=first)),
        *((reminders.warn_of_expiry, {"version": row}) for row in identity.expiring(**near)),
        *((reminders.warn_of_tax_form, {"form": row}) for row in tax_forms.expiring(**near)),
    ]
    for operation, about in waiting:
        try:
            operation(**about, at=now)
        except Exception:
            logger.exception("Nobody was reminded: %s", {name: _key(row) for name, row in about.items()})


def _key(about) -> str:
    """Of what a reminder is about: a row's own text may name its person."""
    return str(getattr(about, "pk", about))


@shared_task
def tell_of_stuck_holds() -> None:
    alarms.tell_of_stuck_holds(at=timezone.now())


@shared_task
def tell_of_stops() -> None:
    for stop in stops_to_tell_of():
        try:
            stops.tell(stop=stop, at=timezone.now())
        except Exception:  # as above
            logger.exception("Creators could not be told of the stop %s.", stop.pk)


@shared_task
def tell_of_openings() -> None:
    stops.tell_of_openings(at=timezone.now())


@shared_task
def reconcile() -> None:
    reconciliation.reconcile(at=timezone.now())


@shared_task
def bring_settlement_day() -> None:
    """Of the demo alone."""
    if settings.DEMO:
        try:
            demo_bank.open_dollar_account()
            demo_bank.bring_settlement_day()
        except requests.RequestException as problem:
            logger.warning("The demo's bank is not there: %s", problem)
