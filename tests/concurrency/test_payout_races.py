"""Two people at once, with real threads. Each race has a control that shows what its guard prevents."""

import threading
from contextlib import contextmanager
from unittest import mock

import pytest
from django.db import connection

from payouts.models import PayoutMethod, PayoutRequest
from payouts.operations import moves, requests, review
from payouts.operations.bulk_review import decide_many
from payouts.operations.methods import retire_method
from payouts.operations.requests import NotEligible, UnusableMethod, request_payout
from payouts.queries import diamonds_of
from payouts.states import State
from tests.factories.payouts import (
    NOW,
    WHOLE,
    payable_creator,
    requested_payout,
    reviewer,
)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works) -> list:
    """What each returned or raised, all begun together."""
    together, outcomes = threading.Barrier(len(works)), [None] * len(works)

    def run(number, work) -> None:
        try:
            together.wait(timeout=10)
            outcomes[number] = work()
        except Exception as error:
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


@pytest.fixture
def creator():
    return payable_creator()


def ask(creator, key):
    method_id = PayoutMethod.objects.get(owner=creator).pk
    return lambda: request_payout(creator=creator, diamonds=WHOLE // 2, method_id=method_id, key=key, at=NOW)


class TestTwoRequestsAtOnce:
    def test_hold_once(self, creator):
        outcomes = at_once(*(ask(creator, key) for key in "abcd"))
        won = [outcome for outcome in outcomes if isinstance(outcome, PayoutRequest)]
        refused = [outcome for outcome in outcomes if isinstance(outcome, NotEligible)]
        assert (len(won), len(refused)) == (1, 3)
        assert {refusal.code for refusal in refused} == {"open_payout"}
        assert diamonds_of(creator.pk).held == WHOLE // 2

    def test_are_one_with_the_same_key(self, creator):
        outcomes = at_once(*(ask(creator, "same") for _ in range(4)))
        assert len({outcome.pk for outcome in outcomes}) == 1
        assert diamonds_of(creator.pk).held == WHOLE // 2

    def test_hold_once_by_the_constraint_alone(self, creator):
        with unlocked_method():
            outcomes = at_once(*(ask(creator, key) for key in "ab"))
        assert sum(isinstance(outcome, PayoutRequest) for outcome in outcomes) == 1

    def test_control_would_hold_twice_without_lock_and_constraint(self, creator):
        with unlocked_method(), without_index("payout_one_open"):
            outcomes = at_once(*(ask(creator, key) for key in "ab"))
            assert sum(isinstance(outcome, PayoutRequest) for outcome in outcomes) == 2
            PayoutRequest.objects.update(state=State.CANCELLED, release_entry=outcomes[0].hold_entry)
        put_right(creator)


def put_right(creator) -> None:
    """The control has left the books' diamonds held by payouts that are none: give them back."""
    from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_HELD
    from ledger.operations import Transfer, post

    held = CREATOR_DIAMONDS_HELD.of(creator.pk)
    post(
        kind="test_repair", key="repair", at=NOW,
        transfers=[Transfer(held, CREATOR_DIAMONDS_AVAILABLE.of(creator.pk), diamonds_of(creator.pk).held)],
    )  # fmt: skip


@contextmanager
def unlocked_method():
    """Requests without their lock, which meet after they have looked at the gates."""
    meet, real = threading.Barrier(2), requests.quote

    def quote_together(**facts):
        meet.wait(timeout=10)
        return real(**facts)

    with (
        mock.patch.object(PayoutMethod.objects, "select_for_update", PayoutMethod.objects.all),
        mock.patch.object(requests, "quote", quote_together),
    ):
        yield


@contextmanager
def without_index(name: str):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
        (definition,) = cursor.fetchone()
        cursor.execute(f'DROP INDEX "{name}"')
        try:
            yield
        finally:
            cursor.execute(definition)


class TestTwoReviewersAtOnce:
    def decisions(self):
        payout = requested_payout()
        facts = {"payout_id": payout.id, "version": payout.version, "at": NOW}
        first, second = reviewer(), reviewer()
        return payout, (
            lambda: review.approve(actor=first, **facts),
            lambda: review.hold(actor=second, reason="Wait.", **facts),
        )

    def test_never_both_win(self):
        payout, decisions = self.decisions()
        outcomes = at_once(*decisions)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["PayoutRequest", "Stale"]
        assert payout.events.count() == 3

    def test_never_both_win_by_the_guarded_update_alone(self):
        payout, decisions = self.decisions()
        with unlocked_payout():
            outcomes = at_once(*decisions)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["PayoutRequest", "Stale"]
        assert payout.events.count() == 3

    def test_control_would_both_win_without_lock_and_guard(self):
        _, decisions = self.decisions()
        with unlocked_payout(), mock.patch.object(moves, "_unmoved", lambda payout: by_id(payout)):
            outcomes = at_once(*decisions)
        assert [type(outcome).__name__ for outcome in outcomes] == ["PayoutRequest"] * 2


class TestTwoReviewersOfManyAtOnce:
    def test_decide_each_once(self):
        payouts = [requested_payout(), requested_payout()]
        chosen = [(payout.id, payout.version) for payout in payouts]
        first, second = reviewer(), reviewer()
        outcomes = at_once(
            lambda: decide_many(operation=review.approve, chosen=chosen, actor=first, at=NOW),
            lambda: decide_many(
                operation=review.reject, chosen=chosen[::-1], actor=second, at=NOW, reason="No."
            ),
        )
        decided = [payout.pk for done in outcomes for payout in done.decided]
        refused = [payout_id for done in outcomes for payout_id, _ in done.refused]
        assert sorted(decided) == sorted(refused) == sorted(payout.pk for payout in payouts)
        assert [payout.events.count() for payout in payouts] == [3, 3]


def by_id(payout):
    return PayoutRequest.objects.filter(id=payout.id)


@contextmanager
def unlocked_payout():
    """Reviewers without the row's lock, who both read before either writes."""
    meet = threading.Barrier(2)

    def read_together(payout_id, **facts):
        payout = PayoutRequest.objects.select_related("policy", "method", "creator").get(id=payout_id)
        meet.wait(timeout=10)
        return payout

    with mock.patch.object(review, "locked", read_together):
        yield


class TestARequestWhileItsMethodIsRetired:
    def test_leaves_nothing_to_be_paid_to_the_old_account(self, creator):
        method = PayoutMethod.objects.get(owner=creator)
        asked, _ = at_once(
            ask(creator, "k"), lambda: retire_method(owner=creator, method_id=method.pk, at=NOW)
        )
        if isinstance(asked, PayoutRequest):
            asked.refresh_from_db()
            assert asked.state == State.CANCELLED
        else:
            assert isinstance(asked, NotEligible | UnusableMethod)
        assert diamonds_of(creator.pk).held == 0
