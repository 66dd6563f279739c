"""A file that the bank refuses whole for the fault of one payment in it."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from payouts.models import PaymentFile, Remittance
from payouts.operations.refused_files import NotRefused, may_be_parted, send_apart
from payouts.operations.remittances import remit_together
from payouts.operations.review import NotPermitted
from payouts.rails.interface import Refused
from payouts.rails.sepa.rail import SepaRail
from payouts.states import State
from tests.factories.payouts import NOW, approved_payout, reviewer
from tests.factories.people import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def choosy(bank, monkeypatch):
    """A bank that refuses each file with one of these payouts in it, whole."""
    bad, send = [], SepaRail.send

    def take_or_leave(self, message):
        if any(payout.reference in message for payout in bad):
            raise Refused("FF01", "Something in it is wrong.")
        return send(self, message)

    monkeypatch.setattr(SepaRail, "send", take_or_leave)
    return bad


def refused(choosy, number: int, *bad: int) -> tuple[list, PaymentFile]:
    payouts = [approved_payout() for _ in range(number)]
    payouts.sort(key=lambda payout: payout.id)
    choosy += [payouts[place] for place in bad]
    remit_together(payout_ids=[payout.id for payout in payouts], at=NOW)
    return payouts, PaymentFile.objects.get()


def states(payouts) -> list[State]:
    for payout in payouts:
        payout.refresh_from_db()
    return [payout.state for payout in payouts]


class TestSendApart:
    def test_leaves_the_bad_payment_alone(self, bank, choosy):
        payouts, file = refused(choosy, 5, 3)
        assert states(payouts) == [State.FAILED] * 5
        assert may_be_parted(file)
        send_apart(file_id=file.id, actor=reviewer(), at=NOW)
        good = [State.REMITTING] * 3
        assert states(payouts) == [*good, State.FAILED, State.REMITTING]
        assert len(bank.payments()) == 4
        alone = Remittance.objects.filter(payout=payouts[3]).order_by("-attempt").first()
        assert (alone.file.payments, may_be_parted(alone.file)) == (1, False)
        with pytest.raises(NotRefused):
            send_apart(file_id=file.id, actor=reviewer(), at=NOW)

    def test_ends_where_no_payment_is_at_fault(self, bank, choosy):
        """An account without money refuses every file."""
        payouts, file = refused(choosy, 4, 0, 1, 2, 3)
        send_apart(file_id=file.id, actor=reviewer(), at=NOW)
        assert states(payouts) == [State.FAILED] * 4
        assert (PaymentFile.objects.count(), bank.payments()) == (3, [])

    def test_leaves_out_what_is_one_s_own_or_may_not_be_sent(self, bank, choosy, monkeypatch):
        payouts, file = refused(choosy, 3, 0)
        choosy.clear()
        actor = payouts[0].creator
        actor.is_staff = actor.is_superuser = True
        actor.save()
        blocked = payouts[1].id
        monkeypatch.setattr(
            "payouts.operations.refused_files.obstacle",
            lambda payout, at: ("late", "Not yet.") if payout.id == blocked else None,
        )
        send_apart(file_id=file.id, actor=actor, at=NOW)
        assert states(payouts) == [State.FAILED, State.FAILED, State.REMITTING]

    def test_is_for_those_who_may_send_again(self, choosy):
        payouts, file = refused(choosy, 2, 0)
        with pytest.raises(NotPermitted):
            send_apart(file_id=file.id, actor=StaffFactory(), at=NOW)
        assert states(payouts) == [State.FAILED] * 2

    def test_is_not_for_a_file_that_the_bank_has(self, bank):
        remit_together(payout_ids=[approved_payout().id for _ in range(2)], at=NOW)
        with pytest.raises(NotRefused):
            send_apart(file_id=PaymentFile.objects.get().id, actor=reviewer(), at=NOW)

    def test_is_one_action_on_the_page(self, bank, choosy, client):
        _, file = refused(choosy, 3, 2)
        person = reviewer()
        person.is_superuser = True
        person.save()
        client.force_login(person)
        page = client.get(reverse("admin:payouts_paymentfile_change", args=[file.pk])).content.decode()
        assert "Send its payments again apart" in page
        act = reverse("admin:payouts_paymentfile_actions", args=[file.pk, "send_apart"])
        assert "Something in it is wrong." in client.post(act).content.decode()
        told = client.post(act, {"confirmed": "1"}, follow=True).content.decode()
        assert "2 on their way, 1 refused again." in told
        assert "Send its payments again apart" not in told
        assert LogEntry.objects.filter(object_id=str(file.pk)).count() == 1
