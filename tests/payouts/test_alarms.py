import datetime as dt

import pytest
from django.utils import timezone
from django.utils.translation import get_language

from payouts.models import PayoutMethod
from payouts.operations import batches
from payouts.operations.alarms import tell_of_stuck_holds
from payouts.operations.batches import prepare
from payouts.queries.holds import STUCK_AFTER, stuck
from payouts.states import State
from portal.models import Notice
from tests.factories.payouts import NOW, approved_payout, paid_payout, requested_payout, reviewer
from tests.factories.people import StaffFactory

pytestmark = pytest.mark.django_db
LATER = NOW + STUCK_AFTER


class TestStuck:
    def test_finds_what_has_not_moved_for_two_days(self, bank):
        payout = requested_payout()
        paid_payout()
        approved_payout(at=NOW + dt.timedelta(seconds=1))
        assert list(stuck(LATER - dt.timedelta(seconds=1))) == []
        (found,) = stuck(LATER)
        assert (found, found.since, found.state) == (payout, NOW, State.IN_REVIEW)


class TestTellOfStuckHolds:
    def test_tells_each_reviewer_once_a_day(self):
        person = reviewer()
        StaffFactory()
        requested_payout()
        assert tell_of_stuck_holds(at=LATER) == 1
        tell_of_stuck_holds(at=LATER + dt.timedelta(hours=1))
        notice = Notice.objects.get(kind="payouts_stuck")
        assert (notice.person, notice.facts["count"]) == (person, 1)
        tell_of_stuck_holds(at=LATER + dt.timedelta(days=1))
        assert Notice.objects.filter(kind="payouts_stuck").count() == 2

    def test_is_silent_while_all_move(self):
        reviewer()
        requested_payout()
        assert tell_of_stuck_holds(at=NOW) == 0
        assert not Notice.objects.filter(kind="payouts_stuck").exists()


class TestTellLeftOut:
    def test_tells_the_creator_once_why_a_payout_did_not_leave(self, bank):
        payout = approved_payout()
        PayoutMethod.objects.update(retired_at=NOW)
        prepare(actor=None, at=NOW)
        prepare(actor=None, at=LATER)
        notice = Notice.objects.get(kind="payout_left_out")
        assert (notice.person, notice.facts["reference"]) == (payout.creator, payout.reference)
        assert "was retired" in notice.facts["reason"]

    def test_writes_as_the_creator_reads_whoever_s_worker_it_is(self, bank, monkeypatch):
        payout = approved_payout()
        payout.creator.language = "de"
        payout.creator.time_zone = "Asia/Tokyo"
        payout.creator.save()
        told = []

        def obstacle(payout, at):
            told.append((get_language(), timezone.get_current_timezone_name()))
            return "late", "Not yet."

        monkeypatch.setattr(batches, "obstacle", obstacle)
        prepare(actor=None, at=NOW)
        assert told == [("de", "Asia/Tokyo")]
        assert get_language() == "en"
