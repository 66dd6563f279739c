"""Staff say what a difference between books and bank is."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from payouts.models import Difference
from payouts.operations import reconciliation
from payouts.operations.reconciliation import UnknownDifference, explain
from payouts.operations.review import MissingReason, NotPermitted
from payouts.queries.reconciliation import open_differences
from tests.factories.payouts import NOW, treasurer
from tests.factories.people import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_the_bank(settings):
    settings.RECONCILED_FILES = []


class TestExplain:
    @pytest.fixture
    def difference(self):
        facts = {
            "kind": "missing_here",
            "what": "charge",
            "reference": "co_1",
            "currency": "EUR",
            "theirs": 840,
        }
        reconciliation.record(source="provider:x", day=NOW.date(), at=NOW, differences=[facts])
        return Difference.objects.get()

    def test_closes_it_with_a_name_and_a_note(self, difference):
        person = treasurer()
        explain(difference_id=difference.id, actor=person, note=" A test of theirs. ", at=NOW)
        difference.refresh_from_db()
        assert (difference.explained_by, difference.note) == (person, "A test of theirs.")
        with pytest.raises(UnknownDifference):
            explain(difference_id=difference.id, actor=person, note="Again.", at=NOW)

    def test_asks_before_it_closes_it_on_its_page(self, client, difference):
        person = treasurer()
        person.user_permissions.add(Permission.objects.get(codename="view_difference"))
        client.force_login(person)
        act = reverse("admin:payouts_difference_actions", args=[difference.pk, "explain"])
        assert "One side does not know of it." in client.post(act).content.decode()
        assert client.post(act, {"confirmed": "1", "note": " "}).status_code == 422
        assert open_differences().exists()
        client.post(act, {"confirmed": "1", "note": "A test of theirs."})
        logged = LogEntry.objects.get(object_id=str(difference.pk))
        assert (logged.user, logged.get_change_message()) == (person, "Explained: A test of theirs.")
        assert not open_differences().exists()

    def test_needs_a_note_and_the_permission(self, difference):
        with pytest.raises(MissingReason):
            explain(difference_id=difference.id, actor=treasurer(), note=" ", at=NOW)
        with pytest.raises(NotPermitted):
            explain(difference_id=difference.id, actor=StaffFactory(), note="Mine.", at=NOW)
        assert open_differences().get() == difference
