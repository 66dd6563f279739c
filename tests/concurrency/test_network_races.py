"""Two reports that tell of the same commission, at once. A control shows that the race happens."""

import threading
from dataclasses import replace

import pytest
from django.db import transaction

from partnerships.income_streams import Stream
from partnerships.models import NetworkCommission
from partnerships.operations.imports import DIALECTS, confirm
from partnerships.operations.income import refresh
from partnerships.operations.network_import import NETWORKS
from tests.concurrency.threads import PATIENCE, race
from tests.factories.partnerships_networks import NOW, bring, income
from tests.factories.people import CreatorFactory
from tests.partnerships.test_networks import awin

pytestmark = pytest.mark.django_db(transaction=True)
APPROVED = awin(("1", "2026-03-04", "6.00", "approved"))
PENDING = awin(("1", "2026-03-02", "5.00", "pending"))


class TestTwoReportsAtOnce:
    def take(self, monkeypatch, dialect):
        creator = CreatorFactory()
        found = [bring(creator, text) for text in (APPROVED, PENDING)]
        monkeypatch.setitem(DIALECTS, NETWORKS.code, dialect)
        met = race(lambda number: confirm(owner=creator, import_id=found[number].pk, at=NOW), 2)
        monkeypatch.undo()
        assert not [each for each in met if isinstance(each, Exception)]
        return creator

    def test_never_go_back_to_the_older_one(self, monkeypatch):
        creator = self.take(monkeypatch, NETWORKS)
        assert NetworkCommission.objects.get().state == "approved"
        assert income(creator) == {("2026-03-04", "EUR", "pending"): 6_00}

    def test_would_leave_a_day_too_many_without_the_lock(self, monkeypatch):
        """The control: both see that nothing is here yet, and neither knows of the other's day."""
        looked = threading.Barrier(2)

        def known(identities, **about):
            facts = NETWORKS.known(identities, **about)
            looked.wait(PATIENCE)
            return facts

        creator = self.take(monkeypatch, replace(NETWORKS, known=known, lock=lambda owner: None))
        assert len(income(creator)) == 2
        assert NetworkCommission.objects.count() == 1
        with transaction.atomic():  # for the audit after each test
            refresh(creator_id=creator.pk, stream=Stream.NETWORKS, dates=[day for day, *_ in income(creator)])
