"""What the review desk reads."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from payouts import queries
from payouts.models import PayoutRequest, SharedMessage
from payouts.states import State

ORDER = (TruncDate("requested_at"), "-gross_usd", "id")
"""Oldest day first, the largest amount of a day first."""


def decidable_by(person) -> Q:
    """What this person may approve: neither their own nor what waits for the other of two approvers."""
    first = Q(first_approved_by__isnull=True) | ~Q(first_approved_by=person)
    return Q(state=State.IN_REVIEW) & ~Q(creator=person) & first


def waits_for_second() -> Q:
    return Q(state=State.IN_REVIEW, first_approved_by__isnull=False)


def asked() -> Q:
    """Waits for its creator's answer."""
    unanswered = SharedMessage.objects.filter(kind=SharedMessage.Kind.QUESTION, answer__isnull=True)
    return Q(state=State.ON_HOLD) & Q(Exists(unanswered.filter(payout=OuterRef("pk"))))


def queue() -> QuerySet[PayoutRequest]:
    """In the order of the desk, with all that its list shows."""
    rows = PayoutRequest.objects.select_related("creator", "first_approved_by", "policy", "method")
    return rows.prefetch_related("signals").order_by(*ORDER)


def next_to_review(payout: PayoutRequest, person) -> PayoutRequest | None:
    """The one after this in the queue that the person may decide; at its end, the first."""
    day = payout.requested_at.date()
    waiting = (
        PayoutRequest.objects.filter(decidable_by(person))
        .exclude(id=payout.id)
        .annotate(day=TruncDate("requested_at"))
        .order_by(*ORDER)
    )
    later = Q(day__gt=day) | Q(day=day) & (
        Q(gross_usd__lt=payout.gross_usd) | Q(gross_usd=payout.gross_usd, id__gt=payout.id)
    )
    return waiting.filter(later).first() or waiting.first()


def open_question(messages: list[SharedMessage]) -> SharedMessage | None:
    """The latest of all that was written which its creator has not answered."""
    answered = {message.answers_id for message in messages}
    questions = [message for message in messages if message.kind == SharedMessage.Kind.QUESTION]
    return next((question for question in reversed(questions) if question.pk not in answered), None)


def messages_of(payout: PayoutRequest) -> QuerySet[SharedMessage]:
    """Oldest first: what staff and the creator wrote to each other."""
    return payout.messages.select_related("author")


def held_by_a_question(payout: PayoutRequest) -> bool:
    """Whether the hold that it stands in is that of a question, rather than a later one."""
    last = payout.events.filter(to_state=State.ON_HOLD).exclude(from_state=F("to_state")).last()
    return last is not None and last.code == "question"


def totals(payouts: Iterable[PayoutRequest]) -> list[dict]:
    """Of each currency: `count`, and `gross` and `net` in its smallest part."""
    count, gross, net = Counter(), Counter(), Counter()
    for payout in payouts:
        count[payout.currency] += 1
        gross[payout.currency] += payout.gross
        net[payout.currency] += payout.net
    return [
        {"currency": currency, "count": count[currency], "gross": gross[currency], "net": net[currency]}
        for currency in sorted(count)
    ]


def earlier_payouts(payout: PayoutRequest) -> QuerySet[PayoutRequest]:
    """Of the same creator, newest first."""
    return queries.payouts_of(payout.creator_id).exclude(id=payout.id)
