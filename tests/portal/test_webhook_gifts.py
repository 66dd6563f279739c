"""Gifts are published behind their sender's back, in their order."""

import threading

import pytest
from django.db import connections, transaction

from portal.models import WebhookEndpoint, WebhookPosition
from portal.operations import webhook_gifts
from portal.operations.webhook_gifts import IDLE, publish_gifts
from portal.queries.webhooks import MISSED_FOR
from portal.webhook_states import OffBecause
from tests.concurrency.threads import PATIENCE
from tests.factories.gifts import NOW as GIFTS
from tests.factories.gifts import gift_from
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.webhook_events import listening, told
from wallets.operations.undo import undo_gift

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
class TestPublishGifts:
    def test_tells_each_once_and_what_was_taken_back(self):
        creator, viewer = CreatorFactory(), UserFactory()
        gift_from(viewer, creator)
        publish_gifts(at=GIFTS)
        listening(creator)
        WebhookEndpoint.objects.update(made_at=GIFTS)
        gifts = [gift_from(viewer, creator) for _ in range(2)]
        late = self.late(viewer, creator)
        assert publish_gifts(at=GIFTS) == 2, "one is not committed yet"
        late.release()
        assert publish_gifts(at=GIFTS) == 1
        undo_gift(viewer=viewer, gift_id=gifts[0].pk, at=GIFTS)
        assert publish_gifts(at=GIFTS) == 1
        assert publish_gifts(at=GIFTS) == 0
        found = told(creator)
        assert [code for code, _ in found] == ["gift.received"] * 3 + ["gift.taken_back"]
        assert len({data["id"] for _, data in found}) == 4
        assert found[-1][1]["gift"] == str(gifts[0].pk)

    def late(self, viewer, creator) -> "Late":
        return Late(lambda: gift_from(viewer, creator))

    def test_goes_on_where_more_is_new_than_one_look_takes(self, monkeypatch):
        monkeypatch.setattr(webhook_gifts, "MOST", 2)
        creator, viewer = CreatorFactory(), UserFactory()
        listening(creator)
        WebhookEndpoint.objects.update(made_at=GIFTS)
        publish_gifts(at=GIFTS)
        for _ in range(5):
            gift_from(viewer, creator)
        assert [publish_gifts(at=GIFTS) for _ in range(4)] == [2, 2, 1, 0]
        assert len(told(creator)) == 5

    def test_is_not_held_up_by_who_is_gone(self, monkeypatch):
        monkeypatch.setattr(webhook_gifts, "MOST", 2)
        gone, left, creator, viewer = CreatorFactory(), CreatorFactory(), CreatorFactory(), UserFactory()
        for person in (gone, left, creator):
            listening(person)
        WebhookEndpoint.objects.update(made_at=GIFTS)
        long_ago = GIFTS - 2 * MISSED_FOR
        WebhookEndpoint.objects.filter(owner=gone).update(off_because=OffBecause.OWNER, off_at=long_ago)
        type(left).objects.filter(pk=left.pk).update(is_active=False)
        publish_gifts(at=GIFTS)
        for person in (gone, left, creator):
            gift_from(viewer, gone if person == left else person)
        assert publish_gifts(at=GIFTS) == 1
        assert len(told(creator)) == 1

    def test_tells_nothing_of_before_an_endpoint_was_added(self):
        creator, viewer = CreatorFactory(), UserFactory()
        publish_gifts(at=GIFTS)
        gift_from(viewer, creator)
        assert publish_gifts(at=GIFTS + IDLE) == 0
        listening(creator)
        WebhookEndpoint.objects.update(made_at=GIFTS + IDLE)
        assert publish_gifts(at=GIFTS + IDLE) == 0
        assert WebhookPosition.objects.get().at == GIFTS + IDLE


class Late:
    """A transaction in a thread that has done its work, and commits when it is let."""

    def __init__(self, work) -> None:
        self._done, self._may = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=[work])
        self._thread.start()
        assert self._done.wait(PATIENCE)

    def _run(self, work) -> None:
        with transaction.atomic():
            work()
            self._done.set()
            self._may.wait(PATIENCE)
        connections.close_all()

    def release(self) -> None:
        self._may.set()
        self._thread.join(PATIENCE)
