from celery import shared_task
from celery.utils.log import get_task_logger

from ledger import operations, queries

logger = get_task_logger(__name__)


@shared_task
def fold() -> None:
    operations.fold()


@shared_task
def audit() -> None:
    """Fails loudly: an alert on failed tasks is an alert on wrong books."""
    findings = queries.audit()
    for finding in findings:
        logger.error("audit: %s", finding)
    if findings:
        raise RuntimeError(f"The books are wrong in {len(findings)} places.")
