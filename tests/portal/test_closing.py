import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.urls import reverse

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from partnerships.deal_states import Stage
from payouts.operations.pay_days import keep_pay_day
from payouts.queries.pay_days import due
from portal.models import Closure, Notice
from portal.models.closures import ClosureState
from portal.operations.closing import (
    MissingReason,
    MoreToLose,
    NotPermitted,
    SomethingStops,
    ask_to_close,
    close,
    close_due,
    hold,
    let_go_on,
)
from portal.operations.mails import send_waiting
from portal.queries.closing import ahead_of
from tests.factories.closing import LATER, asked, held_by, holder
from tests.factories.freezes import freeze_for
from tests.factories.gifts import earn, gift_type, give_coins
from tests.factories.keys import issue_key
from tests.factories.partnerships_affiliate import link
from tests.factories.partnerships_deals import deal_of
from tests.factories.payouts import NOW, PayoutMethodFactory, give_diamonds, requested_payout, show_papers
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory
from tests.factories.purchases import paid
from tests.factories.streams import stream_by
from wallets.operations.gifts import NotACreator, send_gift

pytestmark = pytest.mark.django_db


def codes(matters) -> list[str]:
    return [matter.code for matter in matters]


class TestAheadOf:
    def test_finds_nothing_where_there_is_nothing(self):
        ahead = ahead_of(UserFactory(), NOW)
        assert [*ahead.stops, *ahead.waits, *ahead.lost, *ahead.given_up] == []

    def test_stops_whoever_has_a_payout_under_way(self):
        assert codes(ahead_of(requested_payout().creator, NOW).stops) == ["payout"]

    def test_stops_a_frozen_wallet(self):
        viewer = UserFactory()
        freeze_for(viewer)
        assert codes(ahead_of(viewer, NOW).stops) == ["frozen"]

    def test_stops_whoever_is_live(self):
        lumi = CreatorFactory()
        stream_by(lumi)
        assert codes(ahead_of(lumi, NOW).stops) == ["live"]

    def test_stops_staff(self):
        assert codes(ahead_of(StaffFactory(), NOW).stops) == ["staff"]

    def test_waits_for_pending_diamonds_and_says_until_when(self):
        lumi = CreatorFactory()
        earn(lumi, 5_000, at=NOW)
        [matter] = ahead_of(lumi, NOW).waits
        assert (matter.amount, matter.clears_on) == (5_000, NOW.date() + dt.timedelta(days=15))

    def test_offers_refunds_and_payouts(self):
        lumi = CreatorFactory()
        show_papers(lumi)
        PayoutMethodFactory(owner=lumi)
        give_diamonds(lumi, 2_000_000)
        purchase = paid(lumi, at=NOW)
        found = {matter.code: matter for matter in ahead_of(lumi, NOW).lost}
        assert found["available"].url == reverse("payouts:new")
        assert found["refundable"].url == reverse("wallets:ask_refund", args=[purchase.pk])
        assert ahead_of(lumi, NOW).given_up == {"COIN": 70, "DIAMOND": 2_000_000}

    def test_names_deals_and_links_that_end(self):
        lumi = CreatorFactory()
        deal_of(lumi, stage=Stage.CONTRACTED)
        link(creator=lumi)
        assert {"deals", "links", "page"} <= set(codes(ahead_of(lumi, NOW).lost))


class TestAskToClose:
    def test_lets_the_account_sleep(self, client):
        lumi, ada = CreatorFactory(), UserFactory()
        key = issue_key(user=lumi, name="key", scopes=["wallet:read"])
        code = link(creator=lumi).code
        client.force_login(lumi)
        assert asked(lumi).due_at == NOW + dt.timedelta(days=14)
        lumi.refresh_from_db()
        assert client.get(reverse("profile")).status_code == 302
        assert client.get(reverse("wallets:creator", args=[lumi.handle])).status_code == 404
        assert client.get(reverse("partnerships:go", args=[code])).status_code == 410
        answer = client.get("/api/v1/wallet/", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 401
        give_coins(ada, 100)
        with pytest.raises(NotACreator):
            send_gift(viewer=ada, creator=lumi, gift_type=gift_type(), quantity=1, key="k", at=NOW)
        assert balance(VIEWER_COINS.of(ada.pk)) == 100

    def test_mails_how_to_keep_it(self):
        lumi = CreatorFactory()
        asked(lumi)
        send_waiting(at=NOW)
        assert "log in once" in mail.outbox[0].body

    def test_asks_once(self):
        person = UserFactory()
        assert asked(person) == asked(person, NOW + dt.timedelta(days=1))

    def test_is_refused_while_something_stops_it(self):
        payout = requested_payout()
        before = held_by(payout.creator)
        with pytest.raises(SomethingStops):
            asked(payout.creator)
        payout.creator.refresh_from_db()
        assert payout.creator.is_active
        assert not Closure.objects.exists()
        assert held_by(payout.creator) == before

    def test_is_refused_for_more_than_was_shown(self):
        viewer = UserFactory()
        shown = ahead_of(viewer, NOW).given_up
        give_coins(viewer, 10)
        with pytest.raises(MoreToLose):
            ask_to_close(person=viewer, agreed=shown, at=NOW)
        viewer.refresh_from_db()
        assert (viewer.is_active, held_by(viewer)) == (True, 10)

    def test_asks_for_no_payout_on_a_pay_day(self):
        lumi = CreatorFactory()
        show_papers(lumi)
        PayoutMethodFactory(owner=lumi)
        give_diamonds(lumi, 2_000_000, at=NOW - dt.timedelta(days=5))
        pay_day = dt.datetime(2026, 3, 16, 12, tzinfo=dt.UTC)
        [mine] = [each for each in due(pay_day) if each.creator_id == lumi.pk]
        asked(lumi)
        day = keep_pay_day(due=mine, at=pay_day)
        assert day.payout is None
        assert day.gates[0]["code"] == "account"


class TestKeepOpen:
    def test_keeps_the_account_of_who_logs_in(self, client):
        ada = UserFactory()
        EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
        asked(ada)
        page = client.post(
            reverse("account_login"), {"login": ada.email, "password": "portal-demo"}, follow=True
        )
        assert "Your account stays open" in page.text
        ada.refresh_from_db()
        assert ada.is_active
        assert Closure.objects.get().state == ClosureState.CANCELLED
        assert not close(closure_id=Closure.objects.get().pk, at=LATER)
        told = Notice.objects.filter(person=ada).order_by("id").values_list("kind", "url")
        assert list(told) == [
            ("closure_asked", reverse("account_login")),
            ("closure_kept", reverse("account_change_password")),
        ]

    def test_wants_the_second_factor_before(self, client):
        ada = UserFactory()
        EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
        Authenticator.objects.create(user=ada, type="totp", data={"secret": "x"})
        asked(ada)
        answer = client.post(reverse("account_login"), {"login": ada.email, "password": "portal-demo"})
        assert answer.url == reverse("mfa_authenticate")
        assert Closure.objects.get().state == ClosureState.WAITING

    def test_wakes_nobody_whom_staff_put_to_sleep(self, client):
        ada = UserFactory(is_active=False)
        answer = client.post(reverse("account_login"), {"login": ada.email, "password": "portal-demo"})
        assert answer.url == reverse("account_inactive")


class TestHold:
    def test_keeps_it_from_being_closed_until_it_is_let_go_on(self):
        staff, closure = holder(), asked(UserFactory())
        hold(closure_id=closure.pk, actor=staff, reason="Police", at=NOW)
        assert close_due(at=LATER) == 0
        let_go_on(closure_id=closure.pk, actor=staff, reason="Over", at=LATER)
        assert close_due(at=LATER) == 1

    def test_is_not_for_everybody(self):
        closure = asked(UserFactory())
        with pytest.raises(NotPermitted):
            hold(closure_id=closure.pk, actor=StaffFactory(), reason="x", at=NOW)
        with pytest.raises(MissingReason):
            hold(closure_id=closure.pk, actor=holder(), reason=" ", at=NOW)
        closure.refresh_from_db()
        assert closure.held_at is None
