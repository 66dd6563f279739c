from celery import shared_task
from django.utils import timezone

from wallets.operations.sweep import sweep_purchases as sweep


@shared_task
def sweep_purchases() -> None:
    sweep(at=timezone.now())
