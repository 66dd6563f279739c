import pytest
from django.db import connection, connections


@pytest.fixture
def checked():
    """The connection as it is at the start of a request, in a thread that has used it before."""
    connection.ensure_connection()
    connection.health_check_enabled, connection.health_check_done = True, False
    yield connection
    connection.health_check_enabled = False


def _ended(checked) -> None:
    """By the server, as when it restarts."""
    number = checked.connection.info.backend_pid
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    other.close()


@pytest.mark.django_db(transaction=True)
class TestDatabaseWrapper:
    def test_asks_nothing_of_a_connection_that_is_silent(self, checked, monkeypatch):
        asked = []
        monkeypatch.setattr(checked, "is_usable", lambda: asked.append(1) or True)
        before = checked.connection
        checked.close_if_health_check_failed()
        assert (asked, checked.connection, checked.health_check_done) == ([], before, True)

    def test_connects_anew_once_the_server_has_ended_the_connection(self, checked):
        _ended(checked)
        checked.close_if_unusable_or_obsolete()  # as at the start of a request
        with checked.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)

    def test_keeps_no_log_of_queries_that_nobody_asked_for(self, settings, checked):
        settings.DEBUG = True
        with checked.cursor() as cursor:
            cursor.execute("SELECT 1")
        assert not checked.queries_log
