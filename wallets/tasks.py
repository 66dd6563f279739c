import uuid

from celery import shared_task
from django.utils import timezone

from ledger.chart import CREATOR_DIAMONDS_PENDING
from ledger.queries import owners_holding
from wallets.operations import events, gifters
from wallets.operations.challenge_sweep import sweep_challenges as sweep_all_challenges
from wallets.operations.clearing import release_cleared
from wallets.operations.follow_up import ask_about_undecided
from wallets.operations.follow_up import send_refunds as send_approved_refunds
from wallets.operations.streams import end_forgotten_streams as end_forgotten
from wallets.operations.sweep import sweep_purchases as sweep


@shared_task
def handle_payment_events() -> None:
    """What providers sent since."""
    events.handle_waiting(at=timezone.now())


@shared_task
def forget_payment_words() -> None:
    events.forget_words(at=timezone.now())


@shared_task
def sweep_purchases() -> None:
    sweep(at=timezone.now())


@shared_task
def count_gifters() -> None:
    gifters.count_gifters(at=timezone.now())


@shared_task
def release_diamonds() -> None:
    """One task per creator, so that one who can't be served never stops the others."""
    for creator_id in owners_holding(CREATOR_DIAMONDS_PENDING):
        release_diamonds_of.delay(str(creator_id))


@shared_task
def release_diamonds_of(creator_id: str) -> None:
    release_cleared(creator_id=uuid.UUID(creator_id), at=timezone.now())


@shared_task
def end_forgotten_streams() -> None:
    end_forgotten(at=timezone.now())


@shared_task
def send_refunds() -> None:
    send_approved_refunds(at=timezone.now())


@shared_task
def ask_about_claims() -> None:
    """Refunds and disputes that nothing was heard of for too long."""
    ask_about_undecided(at=timezone.now())


@shared_task
def sweep_challenges() -> None:
    sweep_all_challenges(at=timezone.now())
