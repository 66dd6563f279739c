"""Clawbacks as creators and staff see them, and as they are told."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from payouts.clawback_table import CLAWBACK
from payouts.models import Clawback, PayoutRequest
from payouts.operations.clawbacks import repay, withdraw
from payouts.states import State
from portal.settings import BASE_DIR
from tests.factories.clawbacks import LATER, WHY, clawed
from tests.factories.payouts import give_diamonds, paid_payout, reviewer
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid():
    return paid_payout()


class TestThePage:
    def test_tells_what_was_claimed_and_what_is_owed(self, client, paid, django_assert_num_queries):
        clawed(paid, diamonds=300)
        clawed(paid, diamonds=400)
        give_diamonds(paid.creator, 300, at=timezone.now())
        repay(creator_id=paid.creator_id, at=timezone.now())
        client.force_login(paid.creator)
        client.get(reverse("payouts:clawbacks"))
        with django_assert_num_queries(6):
            page = client.get(reverse("payouts:clawbacks")).content.decode()
        assert "You owe 4.00 diamonds" in page
        assert page.count(WHY) == 2
        assert paid.reference in page

    def test_of_the_payout_says_so_too(self, client, paid):
        client.force_login(paid.creator)
        url = reverse("payouts:payout", args=[paid.pk])
        assert "Look for its reference" in client.get(url).content.decode()
        clawback = clawed(paid, diamonds=300)
        page = client.get(url).content.decode()
        assert f"3.00 diamonds of this payout have to be given back: {WHY}" in page
        assert "taken from what becomes available next" in page
        withdraw(clawback_id=clawback.pk, actor=reviewer(), reason="Our mistake.", at=LATER)
        page = client.get(url).content.decode()
        assert "3.00 diamonds are yours again: Our mistake." in page
        assert "Look for its reference" in page

    def test_is_empty_for_the_honest(self, client):
        client.force_login(CreatorFactory())
        assert "Nothing was claimed back" in client.get(reverse("payouts:clawbacks")).content.decode()


def test_the_table_of_the_docs_is_the_code_s():
    page = (BASE_DIR / "docs" / "payouts.md").read_text()
    for state in State:
        row = CLAWBACK[state]
        assert f"| {state.label} | {row.of_it} | {row.meanwhile} |" in page
    assert PayoutRequest._meta.get_field("state").choices == State.choices


class TestTheDesk:
    def test_claws_a_paid_payout_back_after_asking(self, client, paid):
        client.force_login(reviewer())
        change = reverse("admin:payouts_payoutrequest_change", args=[paid.pk])
        assert "Claw back" in client.get(change).content.decode()
        action = reverse("admin:payouts_payoutrequest_actions", args=[paid.pk, "claw_back"])
        assert "the rest is owed" in client.post(action).content.decode()
        assert not Clawback.objects.exists()
        answer = client.post(action, {"version": paid.version, "reason": WHY}, follow=True)
        page = answer.content.decode()
        assert f"{paid.reference} is clawed back." in page
        assert reverse("admin:payouts_clawback_change", args=[Clawback.objects.get().pk]) in page
        assert page.count(WHY) == 2  # beside the clawback, and in the event
        assert action not in page, "nothing is left to claw back"
        assert Clawback.objects.get().reason == WHY

    def test_withdraws_after_asking_and_logs_who_did(self, client, paid):
        clawback = clawed(paid)
        person = reviewer()
        person.user_permissions.add(*Permission.objects.filter(codename="view_clawback"))
        client.force_login(person)
        change = reverse("admin:payouts_clawback_change", args=[clawback.pk])
        assert "Withdraw" in client.get(change).content.decode()
        action = reverse("admin:payouts_clawback_actions", args=[clawback.pk, "withdraw"])
        assert client.get(action).status_code == 405
        assert "nothing of it is owed" in client.post(action).content.decode()
        assert client.post(action, {"confirmed": "1", "reason": " "}).status_code == 422
        client.post(action, {"confirmed": "1", "reason": "Our mistake."})
        clawback.refresh_from_db()
        assert (clawback.withdrawn_by, clawback.withdrawal_reason) == (person, "Our mistake.")
        assert LogEntry.objects.get().user == person

    def test_lists_them_at_a_fixed_cost(self, client, paid, django_assert_num_queries):
        for _ in range(3):
            clawed(paid, diamonds=100)
        client.force_login(StaffFactory(is_superuser=True))
        url = reverse("admin:payouts_clawback_changelist")
        client.get(url)
        with django_assert_num_queries(6):
            assert "1.00 diamond" in client.get(url).content.decode()


class TestNotices:
    def test_tell_of_the_claim_of_its_end_and_of_its_withdrawal(self, paid):
        clawback = clawed(paid, diamonds=100)
        give_diamonds(paid.creator, 100, at=LATER)
        repay(creator_id=paid.creator_id, at=LATER)
        withdraw(clawback_id=clawback.id, actor=reviewer(), reason="Our mistake.", at=LATER)
        told = paid.creator.notices.filter(kind__startswith="clawback").order_by("id")
        assert [(notice.kind, notice.facts["diamonds"]) for notice in told] == [
            ("clawback_claimed", 100),
            ("clawback_repaid", 100),
            ("clawback_withdrawn", 100),
        ]
