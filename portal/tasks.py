from celery import shared_task
from django.utils import timezone

from portal.operations import mails


@shared_task
def send_mails() -> None:
    mails.send_waiting(at=timezone.now())
