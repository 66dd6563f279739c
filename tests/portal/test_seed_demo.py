import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from payouts.gates import failed, gates
from payouts.operations.review import needs_second_approval
from payouts.queries import open_payout
from portal.models import User
from wallets.models import Gift, Promotion
from wallets.queries.streams import open_stream, streams_of, summary


@pytest.mark.django_db
class TestSeedDemo:
    def test_makes_the_people_the_readme_promises_and_repeats_nothing(self, settings, capsys):
        settings.DEMO = True
        call_command("seed_demo")
        printed = capsys.readouterr().out
        now = timezone.now()

        viewer = User.objects.get(email="viewer@demo.test")
        assert balance(VIEWER_COINS.of(viewer.pk)) > 0
        assert balance(VIEWER_COINS.of(User.objects.get(email="newviewer@demo.test").pk)) == 0
        lumi = User.objects.get(handle="lumi")
        assert (str(lumi.country), failed(gates(lumi, now)), open_payout(lumi.pk)) == ("DE", [], None)
        assert failed(gates(User.objects.get(handle="nori"), now))
        assert open_stream(lumi.pk).goal
        [yesterday] = streams_of(lumi.pk).exclude(ended_at=None)
        assert summary(yesterday, now).top
        assert {user.email for user in User.objects.filter(is_staff=True)} == {
            "staff@demo.test",
            "lead@demo.test",
            "admin@demo.test",
        }
        theo = open_payout(User.objects.get(handle="theo.plays").pk)
        assert (theo.state, needs_second_approval(theo)) == ("in_review", True)
        assert all(user.check_password("portal-demo") for user in User.objects.all()[:3])
        for email in ("viewer@demo.test", "admin@demo.test", "portal-demo"):
            assert email in printed

        sealed_until = (now - dt.timedelta(days=1)).date().replace(day=1)
        assert lumi.statements.first().until_date == sealed_until
        assert User.objects.get(handle="bramcooks").clawbacks.count() == 1
        assert Promotion.objects.count() == 3
        gifts, people = Gift.objects.count(), User.objects.count()
        assert gifts > 1_000
        call_command("seed_demo")
        assert (Gift.objects.count(), User.objects.count()) == (gifts, people)
