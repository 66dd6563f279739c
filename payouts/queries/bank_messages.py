from django.db.models import QuerySet

from payouts.models import BankMessage


def files_to_confirm() -> QuerySet[BankMessage]:
    """Brought by a person, and not confirmed by another yet."""
    return BankMessage.objects.filter(outcome=BankMessage.Outcome.BROUGHT)


def earlier_message_id(*, channel: str, skipped: int) -> str:
    """The sender's id of the message kept before the newest `skipped` ones; empty if there is none."""
    kept = BankMessage.objects.filter(channel=channel).exclude(sender_id="").order_by("-id")
    return next(iter(kept.values_list("sender_id", flat=True)[skipped : skipped + 1]), "")
