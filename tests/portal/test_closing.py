import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from ledger import vault
from ledger.chart import (
    CHART,
    CREATOR_DIAMONDS_PENDING,
    VIEWER_COINS,
)
from ledger.queries import balance, holdings
from partnerships.deal_states import Stage
from partnerships.models import AffiliateLink, BrandDeal
from payouts.models import IdentityDocument, IdentityVersion, PayoutMethod, TaxForm
from payouts.operations.pay_days import keep_pay_day
from payouts.queries import method_in_use
from payouts.queries.pay_days import due
from portal.models import ApiKey, Closure, KeptHandle, Notice, Sighting
from portal.models.closures import ClosureState
from portal.operations import closing
from portal.operations.closing import (
    GRACE,
    MissingReason,
    MoreToLose,
    NotPermitted,
    SomethingStops,
    ask_to_close,
    close,
    close_due,
    hold,
    let_go_on,
    purge_due,
)
from portal.operations.exports import ask_for_export, build
from portal.operations.mails import send_waiting
from portal.operations.people import HandleTaken, save_profile
from portal.operations.sightings import saw
from portal.queries.closing import ahead_of
from tests.factories.challenges import SETTLED, campaign, claimed, joined
from tests.factories.freezes import freeze_for
from tests.factories.gifts import earn, gift_from, gift_type, give_coins
from tests.factories.keys import issue_key
from tests.factories.papers import pdf, upload
from tests.factories.partnerships_affiliate import link
from tests.factories.partnerships_deals import deal_of, deliverable_of
from tests.factories.payouts import (
    NOW,
    PayoutMethodFactory,
    give_cash,
    give_diamonds,
    paid_payout,
    requested_payout,
    show_papers,
)
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory
from tests.factories.purchases import dispute_event, paid
from tests.factories.streams import stream_by
from wallets.models import Gift
from wallets.operations.clearing import release_cleared
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import NotACreator, send_gift
from wallets.queries.gifts import recent_gifts, total_received

pytestmark = pytest.mark.django_db
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


class TestClose:
    def test_erases_who_it_was(self, client):
        ada = UserFactory(handle="ada", display_name="Ada Unique", email="ada.unique@example.test")
        EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
        Authenticator.objects.create(user=ada, type="totp", data={})
        issue_key(user=ada, scopes=["wallet:read"])
        saw(person=ada, address="8.8.8.8", device="d", at=NOW)
        export = ask_for_export(person=ada, at=NOW)
        build(export_id=export.pk, clock=lambda: NOW)
        export.refresh_from_db()
        closure = closed(ada)
        assert (ada.handle, str(ada), ada.birth_date, ada.is_active) == ("", "A former member", None, False)
        assert ada.email == f"closed-{ada.pk.hex}@closed.invalid"
        for rows in (EmailAddress, Authenticator, ApiKey, Sighting, Notice):
            assert not rows.objects.exists()
        assert not vault.holds(export.file)
        assert (closure.files, closure.purge_date) == ([], None)
        answer = client.post(
            reverse("account_login"), {"login": "ada.unique@example.test", "password": "portal-demo"}
        )
        assert answer.status_code == 200

    def test_gives_back_what_rewards_had_cost(self):
        ada = UserFactory()
        prize = campaign()
        joined(ada, prize)
        gift_from(ada, CreatorFactory(), at=SETTLED - dt.timedelta(minutes=1))
        claim = claimed(ada, prize)
        closed(ada, at=claim.claimed_at + dt.timedelta(days=20))
        claim.refresh_from_db()
        assert claim.expired == claim.coins
        assert held_by(ada) == 0

    def test_leaves_the_gift_lists_of_others_adding_up(self):
        ada, lumi = UserFactory(), CreatorFactory()
        gift_from(ada, lumi, quantity=3, message="It is me, Ada")
        before = total_received(lumi.pk)
        closed(ada)
        [gift] = recent_gifts(lumi.pk)
        assert (gift.sender, gift.message, gift.quantity) == ("A former member", "", 3)
        assert total_received(lumi.pk) == before

    def test_deletes_papers_of_who_was_never_paid(self):
        lumi = CreatorFactory()
        show_papers(lumi)
        method = PayoutMethodFactory(owner=lumi)
        paper = upload(lumi, "proof_of_address", content=pdf())
        deliverable_of(deal_of(lumi))
        found = link(creator=lumi)
        closed(lumi)
        assert AffiliateLink.objects.get(pk=found.pk).retired_at == LATER
        assert method_in_use(lumi.pk) is None
        version, method = IdentityVersion.objects.get(creator=lumi), PayoutMethod.objects.get(pk=method.pk)
        assert (version.legal_name, version.street) == ("", "")
        assert (method.holder, method.details, method.fingerprint) == ("", {}, "")
        assert not TaxForm.objects.filter(creator=lumi).exists()
        assert not IdentityDocument.objects.exists()
        assert not BrandDeal.objects.exists()
        assert not vault.holds(paper.file)

    def test_keeps_what_a_law_asks_for_and_erases_it_in_time(self):
        lumi = CreatorFactory()
        paid_payout(lumi)
        paper = upload(lumi, "proof_of_address", content=pdf())
        closure = closed(lumi)
        assert closure.purge_date == dt.date(2032, 1, 1)
        assert IdentityVersion.objects.get(creator=lumi).legal_name == "Lumi Sommer"
        assert TaxForm.objects.filter(creator=lumi).exists()
        assert purge_due(at=dt.datetime(2031, 12, 31, 23, tzinfo=dt.UTC)) == 0
        assert purge_due(at=dt.datetime(2032, 1, 1, tzinfo=dt.UTC)) == 1
        assert IdentityVersion.objects.get(creator=lumi).legal_name == ""
        assert not vault.holds(paper.file)
        assert TaxForm.objects.filter(creator=lumi).exists()
        closure.refresh_from_db()
        assert closure.purge_date == dt.date(2037, 1, 1)
        hold(closure_id=closure.pk, actor=holder(), reason="Police", at=LATER)
        assert purge_due(at=dt.datetime(2037, 1, 1, tzinfo=dt.UTC)) == 0
        Closure.objects.update(held_at=None, held_by=None, hold_reason="")
        assert purge_due(at=dt.datetime(2037, 1, 1, tzinfo=dt.UTC)) == 1
        assert not TaxForm.objects.filter(creator=lumi).exists()
        assert PayoutMethod.objects.get(owner=lumi).details == {}
        closure.refresh_from_db()
        assert closure.purge_date is None

    def test_keeps_a_creator_s_handle_from_others_and_lets_a_viewer_s_go(self):
        lumi, ada, other = CreatorFactory(handle="lumi"), UserFactory(handle="ada"), UserFactory()
        closed(lumi)
        closed(ada)
        assert save_profile(user_id=other.pk, handle="ada").handle == "ada"
        assert "lumi" not in KeptHandle.objects.get().digest
        with pytest.raises(HandleTaken):
            save_profile(user_id=other.pk, handle="lumi")

    def test_tells_nobody_who_has_left(self):
        """A bank may still take a payment back: books follow, and no mail goes out."""
        ada = UserFactory()
        purchase = paid(ada, at=NOW)
        closed(ada)
        handle_payment_event(event=dispute_event(purchase), at=LATER)
        handle_payment_event(event=dispute_event(purchase, "lost"), at=LATER)
        assert not Notice.objects.exists()

    def test_waits_until_what_is_pending_has_cleared(self):
        lumi = CreatorFactory()
        earn(lumi, 5_000, at=NOW)
        closure = asked(lumi)
        assert close_due(at=LATER) == 0
        closure.refresh_from_db()
        assert "are pending" in closure.problem
        assert Notice.objects.filter(person=lumi, kind="closure_delayed").count() == 1
        release_cleared(creator_id=lumi.pk, at=NOW + dt.timedelta(days=16))
        assert close_due(at=LATER + dt.timedelta(days=2)) == 1
        assert balance(CREATOR_DIAMONDS_PENDING.of(lumi.pk)) == held_by(lumi) == 0

    def test_takes_no_more_than_was_agreed_to(self):
        lumi = CreatorFactory()
        closure = asked(lumi)
        give_cash(lumi, "EUR", 7_500)
        assert close_due(at=LATER) == 0
        closure.refresh_from_db()
        assert "€75.00" in closure.problem
        assert held_by(lumi) == 7_500

    def test_does_nothing_before_its_day(self):
        assert not close(closure_id=asked(UserFactory()).pk, at=LATER - dt.timedelta(seconds=1))

    def test_does_nothing_by_halves(self, monkeypatch):
        """A worker that dies between settling and erasing has done neither; the others go on."""
        lumi, ada = CreatorFactory(), UserFactory()
        give_cash(lumi, "EUR", 120)
        closure = asked(lumi)
        asked(ada, NOW + dt.timedelta(seconds=1))
        empty = closing.empty

        def dies(person, **facts):
            if person.pk == lumi.pk:
                raise RuntimeError("the power is gone")
            empty(person, **facts)

        monkeypatch.setattr(closing, "empty", dies)
        assert close_due(at=LATER + dt.timedelta(days=1)) == 1
        lumi.refresh_from_db()
        closure.refresh_from_db()
        assert (closure.state, held_by(lumi), lumi.closed_at) == (ClosureState.WAITING, 120, None)
        assert "went wrong" in closure.problem
        monkeypatch.undo()
        assert close_due(at=LATER + dt.timedelta(days=2)) == 1
        assert held_by(lumi) == 0

    def test_deletes_the_files_of_a_worker_that_died(self):
        lumi = CreatorFactory()
        name = vault.keep("identity", b"paper")
        closure = closed(lumi)
        Closure.objects.filter(pk=closure.pk).update(files=[name])
        close_due(at=LATER)
        assert not vault.holds(name)

    def test_closes_again_one_that_was_kept(self):
        ada = UserFactory()
        asked(ada)
        ada.refresh_from_db()
        assert closing.keep_open(person=ada, at=NOW)
        closed(ada)
        assert Closure.objects.filter(person=ada).count() == 2


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


class TestAdmin:
    def test_lists_closings(self, client, django_assert_num_queries):
        client.force_login(holder())
        for number in range(3):
            asked(UserFactory(), NOW + dt.timedelta(seconds=number))
        with django_assert_num_queries(6):
            page = client.get(reverse("admin:portal_closure_changelist"))
        assert page.text.count("field-asked_at") == 3

    def test_holds_one_back_and_logs_it(self, client):
        closure = asked(UserFactory())
        client.force_login(holder())
        url = reverse("admin:portal_closure_actions", args=[closure.pk, "hold_back"])
        assert client.get(url).status_code == 405
        assert client.post(url, {"confirmed": "1", "reason": ""}).status_code == 422
        assert client.post(url, {"confirmed": "1", "reason": "Police"}).status_code == 302
        closure.refresh_from_db()
        assert closure.hold_reason == "Police"
        assert "Police" in LogEntry.objects.get().change_message

    def test_shows_no_button_to_whoever_may_not(self, client):
        closure, staff = asked(UserFactory()), StaffFactory()
        staff.user_permissions.set(Permission.objects.filter(codename="view_closure"))
        client.force_login(staff)
        url = reverse("admin:portal_closure_actions", args=[closure.pk, "hold_back"])
        client.post(url, {"confirmed": "1", "reason": "x"})
        closure.refresh_from_db()
        assert closure.held_at is None


class TestPages:
    @pytest.fixture
    def proven(self, client):
        person = UserFactory()
        client.force_login(person)
        client.post(reverse("account_reauthenticate"), {"password": "portal-demo"})
        return person

    def test_asks_for_the_password_before_the_last_step(self, client):
        client.force_login(UserFactory())
        assert client.get(reverse("close_account")).status_code == 200
        answer = client.get(reverse("close_account_confirm"))
        assert answer.url.startswith(reverse("account_reauthenticate"))

    def test_wants_the_word_and_the_consent(self, client, proven):
        url = reverse("close_account_confirm")
        page = client.post(url, {"agreed": "{}", "word": "yes"})
        assert page.status_code == 422
        assert {"word", "gives_up"} <= set(page.context["form"].errors)
        assert not Closure.objects.exists()

    @pytest.mark.parametrize("agreed", ["", "[]", "nonsense", '{"COIN": "7"}'])
    def test_refuses_nonsense(self, client, proven, agreed):
        page = client.post(
            reverse("close_account_confirm"), {"agreed": agreed, "word": "CLOSE", "gives_up": "on"}
        )
        assert page.status_code == (302 if agreed == "{}" else 422)
        assert not Closure.objects.exists()

    def test_shows_again_what_has_changed(self, client, proven):
        give_coins(proven, 10)
        page = client.post(
            reverse("close_account_confirm"), {"agreed": "{}", "word": "close", "gives_up": "on"}
        )
        assert (page.status_code, "10 coins" in page.text) == (422, True)
        assert not Closure.objects.exists()

    def test_closes_and_logs_out(self, client, proven):
        give_coins(proven, 10)
        assert "10 coins" in client.get(reverse("close_account")).text
        agreed = client.get(reverse("close_account_confirm")).context["agreed_json"]
        page = client.post(
            reverse("close_account_confirm"),
            {"agreed": agreed, "word": "close", "gives_up": "on"},
            follow=True,
        )
        assert "Goodbye for now" in page.text
        closure = Closure.objects.get(person=proven)
        assert closure.given_up == {"COIN": 10}
        assert client.get(reverse("profile")).status_code == 302
        assert close(closure_id=closure.pk, at=timezone.now() + GRACE)

    def test_goes_no_further_while_something_stops_it(self, client):
        payout = requested_payout()
        client.force_login(payout.creator)
        client.post(reverse("account_reauthenticate"), {"password": "portal-demo"})
        page = client.get(reverse("close_account_confirm"), follow=True)
        assert payout.reference in page.text
        assert not Gift.objects.exists()
