from celery import shared_task
from celery.utils.log import get_task_logger

from ledger import operations, queries

logger = get_task_logger(__name__)
AUDIT_SECONDS = 2 * 60 * 60


@shared_task
def fold() -> None:
    operations.fold()


@shared_task(acks_late=False, time_limit=AUDIT_SECONDS)
def audit() -> None:
    """Fails loudly: an alert on failed tasks is an alert on wrong books.

    It reads all that ever moved, and is taken once: a broker must not hand it out again while it runs."""
    findings = queries.audit()
    for finding in findings:
        logger.error("audit: %s", finding)
    if findings:
        raise RuntimeError(f"The books are wrong in {len(findings)} places.")
