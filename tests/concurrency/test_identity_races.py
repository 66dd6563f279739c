"""Two reviewers, and one creator in two windows. The control below shows that the race happens."""

import threading

import pytest
from django.db import IntegrityError

from payouts.models import IdentityVersion
from payouts.operations import identity, identity_review
from payouts.operations.identity_review import AlreadyDecided
from tests.concurrency.threads import PATIENCE, race
from tests.factories.papers import submit, submitted, upload, verifier
from tests.factories.payouts import NOW
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db(transaction=True)


class TestTwoReviewers:
    def test_never_both_win(self):
        version, staff = submitted(CreatorFactory()), [verifier(), verifier()]

        def decide(number: int):
            if number:
                return identity_review.verify(version_id=version.pk, actor=staff[1], at=NOW)
            return identity_review.reject(version_id=version.pk, actor=staff[0], reason="No.", at=NOW)

        results = race(decide, 2)
        assert sorted(type(result).__name__ for result in results) == ["AlreadyDecided", "IdentityVersion"]
        [winner] = [result for result in results if not isinstance(result, AlreadyDecided)]
        assert IdentityVersion.objects.get().state == winner.state


class TestTwoWindows:
    def test_make_two_versions_one_of_which_waits(self):
        creator = CreatorFactory()
        upload(creator)
        assert {version.number for version in race(lambda number: submit(creator, key=str(number)), 2)} == {
            1,
            2,
        }
        states = IdentityVersion.objects.order_by("number").values_list("state", flat=True)
        assert list(states) == ["superseded", "submitted"]

    def test_collide_without_the_lock(self, monkeypatch):
        creator, both = CreatorFactory(), threading.Barrier(2)
        upload(creator)
        checked = identity._check_papers

        def meet(*arguments):
            checked(*arguments)
            both.wait(PATIENCE)

        monkeypatch.setattr(identity, "_locked", lambda person_id: None)
        monkeypatch.setattr(identity, "_check_papers", meet)
        results = race(lambda number: submit(creator, key=str(number)), 2)
        assert [type(result) for result in results].count(IntegrityError) == 1
