import pytest
from django.db import connection

from tests.concurrency.threads import race
from tests.factories.gifts import NOW
from tests.factories.people import CreatorFactory
from wallets.models import Stream
from wallets.operations.streams import AlreadyLive, end_stream, start_stream

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def creator():
    return CreatorFactory()


def start(creator, key: str):
    return start_stream(creator=creator, title="Songs", key=key, at=NOW)


class TestStartingAtOnce:
    def test_with_one_key_starts_one(self, creator):
        started = race(lambda _: start(creator, "a"), 8)
        assert {one.pk for one in started} == {Stream.objects.get().pk}

    def test_with_many_keys_starts_one_and_refuses_the_rest(self, creator):
        started = race(lambda number: start(creator, f"key {number}"), 8)
        assert sum(isinstance(one, Stream) for one in started) == 1
        assert sum(isinstance(one, AlreadyLive) for one in started) == 7

    def test_would_start_many_without_the_constraint(self, creator):
        """The control: with all but the database's own refusal, every thread opens a stream."""
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX stream_one_open")
        try:
            started = race(lambda number: start(creator, f"key {number}"), 8)
            assert sum(isinstance(one, Stream) for one in started) > 1
        finally:
            Stream.objects.all().delete()
            with connection.cursor() as cursor:
                cursor.execute(
                    "CREATE UNIQUE INDEX stream_one_open ON wallets_stream (creator_id)"
                    " WHERE ended_at IS NULL"
                )


class TestEndingAtOnce:
    def test_keeps_the_first_moment(self, creator):
        stream = start(creator, "a")
        ended = race(
            lambda number: end_stream(
                creator=creator, stream_id=stream.pk, at=NOW.replace(minute=number + 1)
            ),
            8,
        )
        stream.refresh_from_db()
        assert {one.ended_at for one in ended} == {stream.ended_at}
