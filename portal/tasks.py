from celery import shared_task
from django.utils import timezone

from portal.operations import answers, exports, mails


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
