import uuid

from celery import shared_task
from django.utils import timezone

from portal.operations import (
    answers,
    closing,
    exports,
    mails,
    webhook_deliveries,
    webhook_gifts,
    webhook_replays,
)


@shared_task
def send_mails() -> None:
    mails.send_waiting(at=timezone.now())


@shared_task(time_limit=3600)
def build_exports() -> None:
    exports.build_waiting(clock=timezone.now)


@shared_task
def delete_exports() -> None:
    exports.delete_expired(at=timezone.now())


@shared_task
def forget_answers() -> None:
    answers.forget(at=timezone.now())


@shared_task
def send_webhooks() -> None:
    """One task per delivery, for workers that do nothing else: strangers may take their time."""
    for delivery_id, tries in webhook_deliveries.take_due(at=timezone.now()):
        deliver_webhook.delay(str(delivery_id), tries)


@shared_task
def deliver_webhook(delivery_id: str, tries: int) -> None:
    webhook_deliveries.deliver(delivery_id=uuid.UUID(delivery_id), tries=tries, at=timezone.now())


@shared_task
def publish_gifts() -> None:
    webhook_gifts.publish_gifts(at=timezone.now())


@shared_task
def forget_webhooks() -> None:
    webhook_replays.forget(at=timezone.now())


@shared_task(time_limit=3600)
def close_accounts() -> None:
    closing.close_due(at=timezone.now())


@shared_task(time_limit=3600)
def purge_closed() -> None:
    closing.purge_due(at=timezone.now())
