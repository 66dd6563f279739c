"""The list that reviewers work through, and what they decide about many at once."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from ledger.queries import platform_balances
from payouts.models import PayoutPolicy, PayoutRequest
from payouts.operations import review
from payouts.operations.bulk_review import TooMany, decide_many
from payouts.operations.conversations import ask, tell, write_note
from payouts.queries import diamonds_of
from payouts.states import State
from tests.factories.payouts import (
    NOW,
    PayoutMethodFactory,
    approved_payout,
    paid_payout,
    requested_payout,
    reviewer,
)
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db
QUEUE = "/admin/payouts/payoutrequest/"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW + dt.timedelta(days=3)):
        yield


@pytest.fixture
def desk(client):
    client.user = reviewer()
    client.force_login(client.user)
    return client


def shown(client, **narrowed) -> list[PayoutRequest]:
    return list(client.get(QUEUE, narrowed).context["cl"].result_list)


def chosen(*payouts) -> list[str]:
    return [f"{payout.pk}:{payout.version}" for payout in payouts]


def many(desk, name, *payouts, **words):
    address = reverse("admin:payouts_payoutrequest_many", args=[name])
    response = desk.post(address, {"chosen": chosen(*payouts)} | words, follow=True)
    for payout in payouts:
        payout.refresh_from_db()
    return response


class TestFilters:
    def test_give_way_to_a_search(self, desk):
        payout = paid_payout()
        assert shown(desk) == []
        assert shown(desk, q=payout.reference) == [payout]

    def test_show_what_this_reviewer_can_decide(self, desk):
        PayoutPolicy.objects.update(second_approval_above=0)
        mine, second = requested_payout(), requested_payout()
        review.approve(payout_id=second.id, version=second.version, actor=desk.user, at=NOW)
        assert shown(desk, desk="mine") == [mine]
        assert shown(desk, desk="second") == [second]

    def test_show_what_waits_for_the_creator(self, desk):
        requested_payout()
        payout = requested_payout()
        ask(payout_id=payout.id, version=payout.version, actor=reviewer(), reason="Why?", at=NOW)
        assert shown(desk, desk="asked") == [payout]

    def test_know_risks(self, desk):
        first = requested_payout()
        plain = requested_payout(paid_payout(at=NOW - dt.timedelta(days=2)).creator)
        assert shown(desk, risk="any") == shown(desk, risk="first_payout") == [first]
        assert shown(desk, risk="none") == [plain]

    @pytest.mark.parametrize(
        ("narrowed", "found"),
        [
            ({"worth": "middle"}, True),
            ({"worth": "small"}, False),
            ({"worth": "huge"}, True),
            ({"age": "2"}, True),
            ({"age": "7"}, False),
            ({"age": "x"}, True),
        ],
        ids=str,
    )
    def test_know_worth_and_age(self, desk, narrowed, found):
        requested_payout()
        assert bool(shown(desk, **narrowed)) == found


class TestPanel:
    def test_costs_the_same_whatever_was_written(self, desk, django_assert_num_queries):
        payout = requested_payout()
        address = reverse("admin:payouts_payoutrequest_change", args=[payout.pk])
        desk.get(address)  # which keeps content types in mind
        with django_assert_num_queries(25):
            desk.get(address)
        for number in range(3):
            facts = {"payout_id": payout.id, "actor": reviewer(), "at": NOW, "key": f"k{number}"}
            write_note(text="Odd.", **facts)
            tell(text="Hello.", **facts)
        with django_assert_num_queries(25):
            desk.get(address)

    def test_shows_related_accounts_and_leads_on(self, desk):
        payout, following = requested_payout(), requested_payout()
        other = PayoutMethodFactory(fingerprint=payout.method.fingerprint, owner=CreatorFactory())
        text = desk.get(reverse("admin:payouts_payoutrequest_change", args=[payout.pk])).content.decode()
        assert other.owner.email in text
        assert "same bank account" in text
        assert f"Next in the queue: {following.reference}" in text

    def test_shows_nobody_what_staff_write_about_their_own(self, desk):
        desk.user.is_creator = True
        desk.user.save()
        payout = requested_payout(desk.user)
        raised = payout.signals.first().label
        address = reverse("admin:payouts_payoutrequest_change", args=[payout.pk])
        assert desk.get(address).status_code == 403
        for name in ("note", "approve"):
            assert desk.post(f"{QUEUE}{payout.pk}/actions/{name}/").status_code == 403
        assert f'field-risk">{raised}' not in desk.get(QUEUE).content.decode()
        desk.force_login(reviewer())
        assert raised in desk.get(address).content.decode()
        assert f'field-risk">{raised}' in desk.get(QUEUE).content.decode()

    @pytest.mark.parametrize(("name", "place"), [("note", "internal_notes"), ("message", "messages")])
    def test_keeps_notes_and_messages_apart(self, desk, name, place):
        payout = requested_payout()
        address = reverse("admin:payouts_payoutrequest_actions", kwargs={"pk": payout.pk, "tool": name})
        form = desk.post(address).context["form"]
        assert not getattr(payout, place).exists()
        desk.post(address, {"text": "Known for years.", "key": form["key"].value(), "confirmed": "1"})
        assert getattr(payout, place).get().text == "Known for years."
        assert payout.internal_notes.count() + payout.messages.count() == 1


class TestChoosingMany:
    def test_shows_totals_of_each_currency_and_what_is_left_out(self, desk):
        desk.user.is_creator = True
        desk.user.save()
        one, other, own = requested_payout(), requested_payout(), requested_payout(desk.user)
        response = desk.post(
            QUEUE, {"action": "approve_many", "_selected_action": [one.pk, other.pk, own.pk]}
        )
        assert response.context["totals"] == [{"currency": "EUR", "count": 2, "gross": 18_090, "net": 17_930}]
        text = response.content.decode()
        assert "€179.30" in text
        assert "Approve: 2 payouts" in text
        assert "Your own payout." in text
        assert not PayoutRequest.objects.filter(state=State.APPROVED).exists()

    def test_is_not_offered_without_the_permission(self, client):
        person = StaffFactory()
        person.user_permissions.set(reviewer().user_permissions.filter(codename="view_payoutrequest"))
        client.force_login(person)
        payout = requested_payout()
        client.post(QUEUE, {"action": "approve_many", "_selected_action": [payout.pk]})
        assert many(client, "approve", payout).status_code == 403
        assert payout.state == State.IN_REVIEW


class TestDecidingMany:
    def test_approves_each(self, desk):
        payouts = requested_payout(), requested_payout()
        text = many(desk, "approve", *payouts).content.decode()
        assert "2 payouts are now approved" in text
        assert {payout.state for payout in payouts} == {State.APPROVED}

    def test_says_which_wait_for_a_second_approver(self, desk):
        PayoutPolicy.objects.update(second_approval_above=0)
        payout = requested_payout()
        assert (
            f"{payout.reference} waits for a second approver"
            in many(desk, "approve", payout).content.decode()
        )
        assert "second is someone else" in many(desk, "approve", payout).content.decode()
        assert payout.state == State.IN_REVIEW

    def test_rejects_with_one_reason(self, desk):
        payouts = requested_payout(), requested_payout()
        many(desk, "reject", *payouts, reason="Not yours.")
        for payout in payouts:
            assert payout.events.last().public_reason == "Not yours."
            assert diamonds_of(payout.creator_id).available == payout.diamonds

    def test_asks_for_the_reason_again(self, desk):
        payout = requested_payout()
        response = many(desk, "reject", payout, reason=" ")
        assert response.status_code == 422
        assert response.context["chosen"] == [payout]
        assert payout.state == State.IN_REVIEW

    def test_leaves_what_somebody_else_moved_and_goes_on(self, desk):
        moved, other = requested_payout(), requested_payout()
        address = reverse("admin:payouts_payoutrequest_many", args=["reject"])
        read = chosen(moved, other)
        review.approve(payout_id=moved.id, version=moved.version, actor=reviewer(), at=NOW)
        text = desk.post(address, {"chosen": read, "reason": "No."}, follow=True).content.decode()
        assert f"{moved.reference} is as it was: Someone else has just moved this payout" in text
        moved.refresh_from_db()
        other.refresh_from_db()
        assert (moved.state, other.state) == (State.APPROVED, State.REJECTED)

    @pytest.mark.parametrize(
        ("item", "status"), [("x", 400), ("019a0000-0000-7000-8000-000000000000:1", 200), ("", 400)]
    )
    def test_survives_nonsense(self, desk, item, status):
        before = platform_balances()
        address = reverse("admin:payouts_payoutrequest_many", args=["approve"])
        assert desk.post(address, {"chosen": item}, follow=True).status_code == status
        assert platform_balances() == before

    def test_is_never_done_by_a_link(self, desk):
        assert desk.get(reverse("admin:payouts_payoutrequest_many", args=["approve"])).status_code == 403

    def test_is_for_what_may_be_done_to_many(self, desk):
        address = reverse("admin:payouts_payoutrequest_many", args=["call_off"])
        assert desk.post(address, {"chosen": chosen(approved_payout())}).status_code == 404


class TestDecideMany:
    def test_refuses_more_than_one_person_can_look_at(self):
        payout = requested_payout()
        with pytest.raises(TooMany):
            decide_many(
                operation=review.approve,
                chosen=[(payout.id, version) for version in range(201)],
                actor=reviewer(),
                at=NOW,
            )
        payout.refresh_from_db()
        assert payout.state == State.IN_REVIEW
