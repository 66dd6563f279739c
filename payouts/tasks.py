"""Each task looks for rows that wait and does one operation on each: a lost message costs time alone."""

import requests
from celery import shared_task
from celery.utils.log import get_task_logger
from django.conf import settings
from django.utils import timezone

from payouts import queries
from payouts.operations import bank_messages, remittances
from payouts.rails.sepa import demo_bank

logger = get_task_logger(__name__)


@shared_task
def remit_approved() -> None:
    for payout_id in queries.waiting_to_be_sent():
        try:
            remittances.remit(payout_id=payout_id, at=timezone.now())
        except Exception:  # one payout must not hold up the others
            logger.exception("Payout %s could not be sent.", payout_id)


@shared_task
def ask_about_unanswered() -> None:
    for remittance_id in queries.unanswered(before=timezone.now() - remittances.ASK_AFTER):
        try:
            remittances.ask(remittance_id=remittance_id, at=timezone.now())
        except Exception:  # as above
            logger.exception("Remittance %s could not be asked about.", remittance_id)


@shared_task
def read_bank() -> None:
    bank_messages.read_bank(at=timezone.now())


@shared_task
def bring_settlement_day() -> None:
    """Of the demo alone."""
    if settings.DEMO:
        try:
            demo_bank.bring_settlement_day()
        except requests.RequestException as problem:
            logger.warning("The demo's bank is not there: %s", problem)
