"""A demo that an earlier version seeded gets what it lacks. `tests/smoke/seeded.py` looks at the whole."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from portal.demo import papers, play
from portal.demo.people import make_people
from tests.factories.gifts import NOW
from tests.factories.purchases import recorded

pytestmark = pytest.mark.django_db


class TestMakePeople:
    def test_gives_reviewers_every_permission_of_today(self):
        reviewer = make_people()["staff@demo.test"]
        Group.objects.get().permissions.clear()
        reviewer.groups.clear()
        reviewer = make_people()["staff@demo.test"]
        assert reviewer.has_perms(["payouts.review_payout", "payouts.review_identity"])


class TestSeedDemo:
    def test_says_what_to_do_after_a_start_that_was_stopped(self, settings):
        settings.DEMO = True
        recorded(make_people()["viewer@demo.test"])
        with pytest.raises(CommandError, match="Remove the folder"):
            call_command("seed_demo")


class TestPapers:
    def test_are_shown_once(self):
        people = make_people()
        lumi = people["creator@demo.test"]
        for days in (0, 1):
            papers.show(people, NOW + dt.timedelta(days=days))
        assert lumi.identity_versions.get().state == "verified"
        assert (lumi.identity_documents.count(), lumi.tax_forms.count()) == (1, 1)


class TestPlay:
    def test_tells_stories_in_the_order_of_their_moments(self):
        heard = []
        acts = [(NOW + dt.timedelta(days=days), heard.append) for days in range(4)]
        play(acts[::2], acts[1::2])
        assert heard == [moment for moment, _act in acts]
