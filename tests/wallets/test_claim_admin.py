"""The desk's pages of refunds, disputes and frozen wallets."""

import datetime as dt
import uuid

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from ledger.chart import VIEWER_COINS
from ledger.queries import balance, is_frozen, platform_balances
from tests.factories.gifts import gift_type
from tests.factories.notices import mails_to
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory
from tests.factories.purchases import dispute_event, paid
from wallets.models import Freeze
from wallets.operations.events import handle_payment_event
from wallets.operations.freezes import freeze_wallet
from wallets.operations.gifts import send_gift
from wallets.operations.refunds import request_refund
from wallets.providers import ProviderUnreachable
from wallets.states import DisputeState, RefundState


@pytest.fixture
def desk_of(client, db):
    """The admin, for somebody with these permissions."""

    def log_in(*names):
        staff = StaffFactory()
        staff.user_permissions.set(Permission.objects.filter(codename__in=names))
        client.force_login(get_user_model().objects.get(pk=staff.pk))
        return client

    return log_in


@pytest.fixture
def purchase(viewer):
    return paid(viewer, at=timezone.now() - dt.timedelta(days=1))


@pytest.fixture
def refund(purchase):
    return request_refund(purchase_id=purchase.pk, viewer=purchase.viewer, key="k", at=timezone.now())


def act_on(row, name):
    model = row._meta.model_name
    return reverse(f"admin:wallets_{model}_actions", args=[row.pk, name])


def listed(name):
    return reverse(f"admin:wallets_{name}_changelist")


class TestRefundAdmin:
    def test_asks_before_it_approves(self, desk_of, refund):
        staff = desk_of("view_coinrefund", "decide_coinrefund")
        text = staff.get(act_on(refund, "approve")).text
        assert "€0.85" in text
        refund.refresh_from_db()
        assert refund.state == RefundState.REQUESTED
        staff.post(act_on(refund, "approve"))
        refund.refresh_from_db()
        assert refund.state == RefundState.APPROVED
        assert LogEntry.objects.get().object_id == str(refund.pk)

    def test_rejects_with_a_reason_only(self, desk_of, refund):
        staff = desk_of("view_coinrefund", "decide_coinrefund")
        assert staff.post(act_on(refund, "reject"), {"reason": " "}).status_code == 422
        staff.post(act_on(refund, "reject"), {"reason": "Played with"})
        refund.refresh_from_db()
        assert (refund.state, refund.reason) == (RefundState.REJECTED, "Played with")

    @pytest.mark.parametrize("name", ["approve", "reject"])
    def test_refuses_who_may_only_look(self, desk_of, refund, name):
        staff = desk_of("view_coinrefund")
        before = platform_balances()
        assert staff.post(act_on(refund, name), {"reason": "x"}).status_code == 403
        assert platform_balances() == before
        text = staff.get(reverse("admin:wallets_coinrefund_change", args=[refund.pk])).text
        assert act_on(refund, name) not in text

    def test_leaves_what_is_decided(self, desk_of, refund):
        staff = desk_of("view_coinrefund", "decide_coinrefund")
        staff.post(act_on(refund, "approve"))
        assert staff.post(act_on(refund, "reject"), {"reason": "x"}).status_code == 422
        refund.refresh_from_db()
        assert refund.state == RefundState.APPROVED

    def test_lists_with_the_same_queries(self, desk_of, django_assert_num_queries):
        staff = desk_of("view_coinrefund")
        for more in (1, 5):
            for _ in range(more):
                bought = paid(UserFactory(), at=timezone.now())
                request_refund(purchase_id=bought.pk, viewer=bought.viewer, key="k", at=timezone.now())
            with django_assert_num_queries(6):
                staff.get(listed("coinrefund"))


class TestDisputeAdmin:
    @pytest.fixture
    def dispute(self, purchase):
        handle_payment_event(event=dispute_event(purchase), at=timezone.now())
        return purchase.disputes.get()

    def test_shows_what_answers_for_its_coins(self, desk_of, dispute):
        staff = desk_of("view_dispute")
        text = staff.get(reverse("admin:wallets_dispute_change", args=[dispute.pk])).text
        assert "70 coins taken from the wallet" in text
        assert "70 coins for €0.85" in text
        assert "0 coins in the wallet" in text
        assert "The bank decides." in text

    def test_shows_the_gifts_and_what_was_lost(self, desk_of, purchase):
        creator = CreatorFactory(display_name="Lumi Aalto")
        sent = {"viewer": purchase.viewer, "creator": creator, "gift_type": gift_type("inkdrop")}
        send_gift(**sent, quantity=3, key="g", at=timezone.now())
        handle_payment_event(event=dispute_event(purchase, "lost"), at=timezone.now())
        address = reverse("admin:wallets_dispute_change", args=[purchase.disputes.get().pk])
        text = desk_of("view_dispute").get(address).text
        for words in ("3 × Inkdrop", "Lumi Aalto", "60 coins", "60.00 diamonds reversed", "€0.00", "is gone"):
            assert words in text

    def test_asks_the_provider(self, desk_of, dispute, desk):
        desk.disputes["dp_1"] = dispute_event(dispute.purchase, "won")
        staff = desk_of("view_dispute", "change_dispute")
        assert "The provider says: won." in staff.post(act_on(dispute, "ask_provider"), follow=True).text
        dispute.refresh_from_db()
        assert dispute.state == DisputeState.WON
        assert balance(VIEWER_COINS.of(dispute.purchase.viewer_id)) == 70

    def test_tells_when_nobody_answers(self, desk_of, dispute, desk):
        desk.fault = ProviderUnreachable("Silence.")
        staff = desk_of("view_dispute", "change_dispute")
        assert "Silence." in staff.post(act_on(dispute, "ask_provider"), follow=True).text

    def test_asks_staff_before_it_asks_the_provider(self, desk_of, dispute, desk):
        desk.disputes["dp_1"] = dispute_event(dispute.purchase, "won")
        staff = desk_of("view_dispute", "change_dispute")
        before = platform_balances()
        page = staff.get(act_on(dispute, "ask_provider"))
        assert "is applied at once" in page.text
        assert "€0.85" in page.text
        dispute.refresh_from_db()
        assert (dispute.state, platform_balances()) == (DisputeState.OPEN, before)

    def test_refuses_who_may_only_look(self, desk_of, dispute, desk):
        assert desk_of("view_dispute").post(act_on(dispute, "ask_provider")).status_code == 403

    def test_lists_with_the_same_queries(self, desk_of, django_assert_num_queries):
        staff = desk_of("view_dispute")
        for more in (1, 5):
            for _ in range(more):
                handle_payment_event(event=dispute_event(paid(UserFactory())), at=timezone.now())
            with django_assert_num_queries(6):
                staff.get(listed("dispute"))

    def test_stands_on_the_desk(self, desk_of, dispute):
        text = desk_of("view_dispute").get(reverse("admin:index")).text
        assert "Open disputes" in text
        shown = desk_of("view_dispute").get(listed("dispute") + "?state__in=inquiry,open")
        assert shown.context["cl"].result_count == 1


class TestFreezeAdmin:
    def test_freezes_with_a_reason(self, desk_of, viewer):
        staff = desk_of("view_freeze", "freeze_wallet")
        url = reverse("admin:wallets_freeze_add")
        assert "This field is required" in staff.post(url, {"viewer": viewer.pk, "reason": ""}).text
        staff.post(url, {"viewer": viewer.pk, "reason": "Look into it"})
        placed = Freeze.objects.get()
        assert (placed.reason, placed.cause) == ("Look into it", "staff")
        assert is_frozen(VIEWER_COINS.of(viewer.pk))
        assert LogEntry.objects.get().object_id == str(placed.pk)

    def test_lifts_one_cause_at_a_time(self, desk_of, viewer):
        lead = StaffFactory(is_superuser=True)
        causes = [
            freeze_wallet(viewer_id=viewer.pk, reason=reason, key=uuid.uuid4(), actor=lead, at=timezone.now())
            for reason in ("One", "Two")
        ]
        staff = desk_of("view_freeze", "freeze_wallet")
        for cause, frozen in zip(causes, (True, False), strict=True):
            assert staff.post(act_on(cause, "lift"), {"reason": ""}).status_code == 422
            staff.post(act_on(cause, "lift"), {"reason": "Settled"})
            assert is_frozen(VIEWER_COINS.of(viewer.pk)) == frozen
        assert Freeze.objects.filter(lifted_because="Settled").count() == 2
        first, second, free = mails_to(viewer)
        assert ("One" in first.body, "Two" in second.body, "Settled" in free.body) == (True, True, True)
        assert free.subject == "Your wallet is free again"

    def test_refuses_ones_own_wallet(self, desk_of, client):
        staff = desk_of("view_freeze", "freeze_wallet")
        me = get_user_model().objects.get(pk=client.session["_auth_user_id"])
        url = reverse("admin:wallets_freeze_add")
        assert "your own wallet" in staff.post(url, {"viewer": me.pk, "reason": "x"}).text
        lead = StaffFactory(is_superuser=True)
        placed = freeze_wallet(viewer_id=me.pk, reason="x", key=uuid.uuid4(), actor=lead, at=timezone.now())
        assert staff.post(act_on(placed, "lift"), {"reason": "x"}).status_code == 422
        assert is_frozen(VIEWER_COINS.of(me.pk))

    def test_refuses_who_may_only_look(self, desk_of, viewer):
        lead = StaffFactory(is_superuser=True)
        placed = freeze_wallet(
            viewer_id=viewer.pk, reason="x", key=uuid.uuid4(), actor=lead, at=timezone.now()
        )
        staff = desk_of("view_freeze")
        assert staff.post(act_on(placed, "lift"), {"reason": "x"}).status_code == 403
        assert staff.get(reverse("admin:wallets_freeze_add")).status_code == 403
        assert is_frozen(VIEWER_COINS.of(viewer.pk))

    def test_lists_with_the_same_queries(self, desk_of, django_assert_num_queries):
        staff = desk_of("view_freeze")
        lead = StaffFactory(is_superuser=True)
        for more in (1, 5):
            for _ in range(more):
                facts = {"reason": "x", "key": uuid.uuid4(), "actor": lead, "at": timezone.now()}
                freeze_wallet(viewer_id=UserFactory().pk, **facts)
            with django_assert_num_queries(6):
                staff.get(listed("freeze"))


class TestPurchaseAdmin:
    def test_shows_its_refunds_and_is_found_by_its_charge(self, desk_of, refund):
        purchase = refund.purchase
        type(purchase).objects.filter(pk=purchase.pk).update(charge_reference="ch_7")
        staff = desk_of("view_coinpurchase", "view_coinrefund", "view_dispute", "view_providerevent")
        text = staff.get(reverse("admin:wallets_coinpurchase_change", args=[purchase.pk])).text
        assert "Waiting for a decision" in text
        assert staff.get(listed("coinpurchase"), {"q": "ch_7"}).context["cl"].result_count == 1
