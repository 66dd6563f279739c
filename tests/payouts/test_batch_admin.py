import csv

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from payouts.batch_states import BatchState
from payouts.models import PayoutBatch, PayoutMethod
from payouts.operations.batch_execution import execute
from payouts.operations.batches import prepare
from payouts.operations.review import approve
from tests.factories.payouts import NOW, approved_payout, requested_payout, reviewer, treasurer

pytestmark = pytest.mark.django_db
LIST = reverse("admin:payouts_payoutbatch_changelist")
PREPARE = reverse("admin:payouts_payoutbatch_actions", args=["prepare"])


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def desk(client, bank):
    client.user = treasurer()
    client.force_login(client.user)
    return client


def page(batch) -> str:
    return reverse("admin:payouts_payoutbatch_change", args=[batch.pk])


def action(batch, name: str) -> str:
    return reverse("admin:payouts_payoutbatch_actions", args=[batch.pk, name])


def prepared() -> PayoutBatch:
    (batch,) = prepare(actor=None, at=NOW)
    return batch


class TestList:
    def test_costs_the_same_for_one_and_for_many(self, desk, django_assert_num_queries):
        approved_payout()
        for _ in range(3):
            prepared()
        with django_assert_num_queries(7):
            answer = desk.get(LIST)
        assert answer.context["cl"].result_count == 3
        assert "€89.65" in answer.content.decode()

    def test_is_not_for_staff_without_the_permission(self, client):
        client.force_login(reviewer())
        assert client.get(LIST).status_code == 403


class TestPrepare:
    def test_shows_what_waits_before_it_makes_the_dry_run(self, desk):
        approved_payout()
        text = desk.get(PREPARE).content.decode()
        assert "SEPA EUR" in text
        assert "€89.65" in text
        assert not PayoutBatch.objects.exists()
        answer = desk.post(PREPARE, follow=True)
        batch = PayoutBatch.objects.get()
        assert answer.redirect_chain[-1][0] == page(batch)
        assert batch.prepared_by == desk.user
        assert LogEntry.objects.get().user == desk.user

    def test_says_that_nothing_waits(self, desk):
        assert "No approved payout waits" in desk.get(PREPARE).content.decode()
        assert "Nothing waits to be paid." in desk.post(PREPARE, follow=True).content.decode()

    def test_is_not_for_staff_without_the_permission(self, client, bank):
        approved_payout()
        client.force_login(reviewer())
        assert client.post(PREPARE).status_code == 403
        assert not PayoutBatch.objects.exists()


class TestPage:
    def test_shows_who_is_paid_who_is_skipped_and_why(self, desk, django_assert_num_queries):
        payouts = [approved_payout() for _ in range(3)]
        PayoutMethod.objects.filter(payouts=payouts[0]).update(retired_at=NOW)
        batch = prepared()
        with django_assert_num_queries(14):
            text = desk.get(page(batch)).content.decode()
        for part in ("€179.30", "was retired after the request", "Never paid", payouts[1].reference):
            assert part in text
        only = desk.get(page(batch), {"items": "skipped"}).context["page"]
        assert [item.payout for item in only] == [payouts[0]]

    def test_offers_its_preparer_no_approval(self, desk):
        approved_payout()
        desk.post(PREPARE)
        tools = desk.get(page(PayoutBatch.objects.get())).context["objectactions"]
        assert [tool["name"] for tool in tools] == ["discard"]

    def test_offers_no_approval_to_who_is_paid_by_it_or_alone_approved_a_payout(self, desk):
        payout = requested_payout()
        approve(payout_id=payout.pk, version=payout.version, actor=desk.user, at=NOW)
        tools = desk.get(page(prepared())).context["objectactions"]
        assert [tool["name"] for tool in tools] == ["discard"]

    def test_is_downloaded_with_lines_that_add_up(self, desk):
        approved_payout()
        approved_payout()
        url = reverse("admin:payouts_payoutbatch_csv", args=[prepared().pk])
        _, *lines, total = csv.reader(desk.get(url).content.decode().splitlines())
        assert [line[3] for line in lines] == ["89.65", "89.65"]
        assert total[2:4] == ["2", "179.30"]


class TestDecisions:
    def test_ask_before_they_approve(self, desk):
        approved_payout()
        batch = prepared()
        shown = desk.post(action(batch, "approve")).content.decode()
        assert "€89.65" in shown
        batch.refresh_from_db()
        assert batch.state == BatchState.PREPARED
        sent = {"version": batch.version, "confirmed": "1"}
        answer = desk.post(action(batch, "approve"), sent, follow=True)
        batch.refresh_from_db()
        assert (batch.state, batch.approved_by) == (BatchState.APPROVED, desk.user)
        assert "is being sent: 1, €89.65" in answer.content.decode()
        assert LogEntry.objects.get().object_id == str(batch.pk)
        execute(batch_id=batch.pk, at=NOW)
        assert "What the bank says" in desk.get(page(batch)).content.decode()

    def test_tell_what_was_shown_and_is_no_more(self, desk):
        approved_payout()
        batch = prepared()
        answer = desk.post(action(batch, "approve"), {"version": batch.version + 1, "confirmed": "1"})
        assert "has just moved this batch" in answer.content.decode()

    def test_discard(self, desk):
        approved_payout()
        batch = prepared()
        desk.post(action(batch, "discard"), {"version": batch.version, "confirmed": "1"})
        batch.refresh_from_db()
        assert batch.state == BatchState.DISCARDED

    def test_are_nothing_that_a_link_can_do(self, desk):
        approved_payout()
        assert desk.get(action(prepared(), "approve")).status_code == 405
