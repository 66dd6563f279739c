import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from ledger.queries import platform_balances
from payouts.models import PayoutMethod, PayoutPolicy
from payouts.operations import settlement
from payouts.queries import diamonds_of
from payouts.states import State
from tests.factories.payouts import NOW, approved_payout, requested_payout, reviewer
from tests.factories.people import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
QUEUE = "/admin/payouts/payoutrequest/"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW + dt.timedelta(hours=3)):
        yield


@pytest.fixture
def desk(client):
    """A client with a reviewer logged in."""
    client.user = reviewer()
    client.force_login(client.user)
    return client


def page(payout) -> str:
    return reverse("admin:payouts_payoutrequest_change", args=[payout.pk])


def action(payout, name: str) -> str:
    return reverse("admin:payouts_payoutrequest_actions", kwargs={"pk": payout.pk, "tool": name})


def decide(client, payout, name: str, **fields):
    response = client.post(action(payout, name), {"version": payout.version} | fields, follow=True)
    payout.refresh_from_db()
    return response


class TestQueue:
    def test_opens_on_what_waits_oldest_day_and_largest_amount_first(self, desk):
        small, large = requested_payout(), requested_payout(diamonds=4_000_000)
        old = requested_payout(at=NOW - dt.timedelta(days=1) + dt.timedelta(hours=2))
        done = approved_payout()
        rows = desk.get(QUEUE).context["cl"].result_list
        assert list(rows) == [old, large, small]
        assert done in desk.get(QUEUE, {"desk": "all"}).context["cl"].result_list

    def test_shows_amount_and_age(self, desk):
        requested_payout()
        page = desk.get(QUEUE).content.decode()
        assert "€89.65" in page
        assert "$100.00" in page
        assert "3\xa0hours" in page

    def test_costs_the_same_for_one_and_for_many(self, desk, django_assert_num_queries):
        requested_payout()
        with django_assert_num_queries(9):
            desk.get(QUEUE)
        for _ in range(3):
            requested_payout()
        with django_assert_num_queries(9):
            desk.get(QUEUE)

    def test_shows_what_failed(self, desk):
        payout = approved_payout()
        settlement.start_remitting(payout_id=payout.id, at=NOW)
        settlement.fail(payout_id=payout.id, code="AM04", at=NOW, evidence={})
        assert list(desk.get(QUEUE, {"desk": "failed"}).context["cl"].result_list) == [payout]

    def test_is_not_for_staff_without_the_permission(self, client):
        client.force_login(StaffFactory())
        assert client.get(QUEUE).status_code == 403

    def test_is_not_for_others(self, client):
        client.force_login(UserFactory())
        assert client.get(QUEUE).status_code == 302


class TestPayoutPage:
    def test_shows_quote_signals_method_and_events(self, desk):
        payout = requested_payout()
        text = desk.get(page(payout)).content.decode()
        for part in (
            "First payout",
            "Currency exchange",
            "−€0.45",
            "DE89 •••• 3000",
            "In review",
            "None: this is the first.",
        ):
            assert part in text
        assert payout.method.details["iban"] not in text

    def test_offers_what_can_be_decided_now(self, desk):
        payout = requested_payout()
        offered = [tool["name"] for tool in desk.get(page(payout)).context["objectactions"]]
        assert offered == ["approve", "question", "hold", "reject", "note", "message"]

    def test_changes_nothing_itself(self, desk):
        payout = requested_payout()
        assert desk.post(page(payout), {"state": "paid"}).status_code == 403

    @pytest.mark.parametrize("address", ["nonsense/change/", "019a0000-0000-7000-8000-000000000000/change/"])
    def test_of_no_payout_leads_back(self, desk, address):
        assert desk.get(QUEUE + address).status_code == 302


class TestDecisions:
    def test_are_confirmed_before_they_happen(self, desk):
        payout = requested_payout()
        response = desk.post(action(payout, "approve"))
        assert response.status_code == 200
        assert "It leaves with the next payments" in response.content.decode()
        payout.refresh_from_db()
        assert payout.state == State.IN_REVIEW

    def test_are_never_made_by_a_link(self, desk):
        payout = requested_payout()
        answer = desk.get(action(payout, "approve"))
        assert (answer.status_code, f"/payoutrequest/{payout.pk}/change/" in answer.text) == (405, True)

    def test_approve(self, desk):
        payout = requested_payout()
        response = decide(desk, payout, "approve", internal_note="Seen.")
        assert payout.state == State.APPROVED
        assert f"{payout.reference} is approved now." in response.content.decode()
        assert "Seen." in response.content.decode()

    def test_approve_a_large_amount_in_two_steps(self, desk):
        PayoutPolicy.objects.update(second_approval_above=0)
        payout = requested_payout()
        assert "waits for a second approver" in decide(desk, payout, "approve").content.decode()
        assert "second is someone else" in decide(desk, payout, "approve").content.decode()
        assert payout.state == State.IN_REVIEW

    def test_say_whose_approval_it_is(self, desk):
        PayoutPolicy.objects.update(second_approval_above=0)
        payout = requested_payout()
        assert "Yours is the first of two" in desk.post(action(payout, "approve")).content.decode()
        decide(desk, payout, "approve")
        shown = desk.get(page(payout))
        assert "First of two approvals" in shown.content.decode()
        assert "first_approval<" not in shown.content.decode()
        assert "approve" not in [tool["name"] for tool in shown.context["objectactions"]]
        desk.force_login(reviewer())
        assert "approve" in [tool["name"] for tool in desk.get(page(payout)).context["objectactions"]]
        assert "Yours is the second of two" in desk.post(action(payout, "approve")).content.decode()

    @pytest.mark.parametrize(("name", "danger"), [("approve", False), ("reject", True)])
    def test_look_like_what_they_do(self, desk, name, danger):
        response = desk.post(action(requested_payout(), name))
        assert ('class="danger"' in response.content.decode()) == danger
        assert "second" not in response.content.decode()

    def test_reject_with_a_reason(self, desk):
        payout = requested_payout()
        decide(desk, payout, "reject", reason="The name differs.")
        assert payout.state == State.REJECTED
        assert diamonds_of(payout.creator_id).available == payout.diamonds

    @pytest.mark.parametrize("name", ["reject", "hold"])
    def test_don_t_go_without_the_reason_that_they_need(self, desk, name):
        payout = requested_payout()
        response = decide(desk, payout, name, reason=" ")
        assert response.status_code == 422
        assert payout.state == State.IN_REVIEW

    def test_hold_and_resume(self, desk):
        payout = requested_payout()
        decide(desk, payout, "hold", reason="Send us your papers.")
        assert payout.state == State.ON_HOLD
        decide(desk, payout, "resume")
        assert payout.state == State.IN_REVIEW

    @pytest.mark.parametrize(("name", "state"), [("retry", State.APPROVED), ("call_off", State.CANCELLED)])
    def test_about_what_failed(self, desk, name, state):
        payout = approved_payout()
        settlement.start_remitting(payout_id=payout.id, at=NOW)
        payout = settlement.fail(payout_id=payout.id, code="AM04", at=NOW, evidence={})
        decide(desk, payout, name, reason="The account is closed.")
        assert payout.state == state

    def test_say_that_the_account_was_removed(self, desk):
        payout = approved_payout()
        settlement.start_remitting(payout_id=payout.id, at=NOW)
        payout = settlement.fail(payout_id=payout.id, code="AM04", at=NOW, evidence={})
        PayoutMethod.objects.update(retired_at=NOW)
        response = decide(desk, payout, "retry")
        assert f"is retired; cancel payout {payout.reference}" in response.content.decode()
        assert payout.state == State.FAILED

    def test_refuse_a_version_that_is_no_more(self, desk):
        payout = requested_payout()
        before = platform_balances()
        response = desk.post(
            action(payout, "reject"), {"version": payout.version - 1, "reason": "No."}, follow=True
        )
        assert "Someone else has just moved this payout" in response.content.decode()
        assert platform_balances() == before

    def test_refuse_one_s_own(self, desk):
        desk.user.is_creator = True
        desk.user.save()
        payout = requested_payout(desk.user)
        assert decide(desk, payout, "approve").status_code == 403
        assert payout.state == State.IN_REVIEW

    def test_are_not_for_staff_without_the_permission(self, client):
        client.force_login(StaffFactory())
        payout = requested_payout()
        assert decide(client, payout, "approve").status_code == 403
        assert payout.state == State.IN_REVIEW

    def test_are_not_for_others(self, client):
        client.force_login(UserFactory())
        payout = requested_payout()
        decide(client, payout, "approve")
        assert payout.state == State.IN_REVIEW

    @pytest.mark.parametrize("address", ["nonsense", "019a0000-0000-7000-8000-000000000000"])
    def test_about_no_payout_are_not_found(self, desk, address):
        assert desk.post(f"{QUEUE}{address}/actions/approve/").status_code == 404

    @pytest.mark.parametrize(("version", "status"), [("", 422), ("x", 422), ("9" * 40, 200)])
    def test_survive_nonsense(self, desk, version, status):
        payout = requested_payout()
        response = desk.post(action(payout, "approve"), {"version": version}, follow=True)
        assert response.status_code == status
        payout.refresh_from_db()
        assert payout.state == State.IN_REVIEW
