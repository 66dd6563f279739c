"""People who ask to leave, who have left, and who may hold them."""

from django.contrib.auth.models import Permission

from ledger.chart import CHART
from ledger.queries import holdings
from portal.models import Closure
from portal.operations.closing import GRACE, ask_to_close, close
from portal.queries.closing import ahead_of
from tests.factories.payouts import NOW
from tests.factories.people import StaffFactory

LATER = NOW + GRACE


def asked(person, at=NOW) -> Closure:
    return ask_to_close(person=person, agreed=ahead_of(person, at).given_up, at=at)


def closed(person, at=LATER) -> Closure:
    """Asked for two weeks before `at`."""
    closure = asked(person, at - GRACE)
    assert close(closure_id=closure.pk, at=at), Closure.objects.get(pk=closure.pk).problem
    closure.refresh_from_db()
    person.refresh_from_db()
    return closure


def held_by(person) -> int:
    """Whatever is on their accounts, in whatever unit."""
    return sum(map(abs, holdings(person.pk, [each for each in CHART.values() if each.owned]).values()))


def holder(**facts):
    staff = StaffFactory(**facts)
    codes = ["hold_closure", "view_closure"]
    staff.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return staff
