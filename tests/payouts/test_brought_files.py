"""Files of the bank that a person brings: two people, and never about their own payout."""

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from payouts.models import BankMessage
from payouts.operations.bank_entries import settle_by_hand
from payouts.operations.bank_messages import handle, read_bank
from payouts.operations.brought_files import NotBrought, bring, confirm, throw_away
from payouts.operations.review import MissingReason, NotPermitted
from payouts.rails.interface import UnreadableMessage
from payouts.states import State
from tests.factories.payouts import NOW, PayoutMethodFactory, approved_payout, remit
from tests.factories.people import StaffFactory

pytestmark = pytest.mark.django_db


def allow(person, *permissions: str):
    person.is_staff = True
    person.save()
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return person


def clerk(*permissions: str):
    return allow(StaffFactory(), *permissions)


def state(payout) -> State:
    payout.refresh_from_db()
    return payout.state


@pytest.fixture
def payout(bank):
    payout = approved_payout()
    remit(payout_id=payout.id, at=NOW)
    bank.advance()
    return payout


@pytest.fixture
def debit(bank, payout):
    """The bank's word that the payout has left."""
    (debit,) = bank.messages("camt.054")
    return debit


class TestBring:
    def test_keeps_nothing_of_what_is_no_message(self, bank):
        with pytest.raises(UnreadableMessage):
            bring(text="<nonsense", channel="bank", actor=clerk("add_bankmessage"), at=NOW)
        with pytest.raises(NotPermitted):
            bring(text="<nonsense", channel="bank", actor=clerk(), at=NOW)
        assert not BankMessage.objects.exists()


class TestConfirm:
    def test_is_somebody_else_s_before_which_nothing_moves(self, payout, debit):
        one, other = clerk("add_bankmessage"), clerk("add_bankmessage")
        message = bring(text=debit, channel="bank", actor=one, at=NOW)
        assert (message.outcome, message.brought_by, message.brought_at) == ("brought", one, NOW)
        handle(at=NOW)
        with pytest.raises(NotPermitted, match="somebody else"):
            confirm(message_id=message.pk, actor=one, at=NOW)
        with pytest.raises(NotPermitted):
            confirm(message_id=message.pk, actor=clerk("view_bankmessage"), at=NOW)
        assert state(payout) == State.REMITTING
        message = confirm(message_id=message.pk, actor=other, at=NOW)
        assert (message.outcome, message.confirmed_by) == ("read", other)
        assert state(payout) == State.PAID
        with pytest.raises(NotBrought):
            confirm(message_id=message.pk, actor=other, at=NOW)

    @pytest.mark.parametrize("whose", ["who-brought", "who-confirmed"])
    @pytest.mark.parametrize("tie", ["creator", "account"])
    def test_decides_nothing_about_a_payout_of_either(self, payout, debit, whose, tie):
        if tie == "account":
            insider = clerk("add_bankmessage")
            PayoutMethodFactory(owner=insider, fingerprint=payout.method.fingerprint)
        else:
            insider = allow(payout.creator, "add_bankmessage")
        people = [insider, clerk("add_bankmessage")]
        one, other = people if whose == "who-brought" else people[::-1]
        message = bring(text=debit, channel="bank", actor=one, at=NOW)
        confirm(message_id=message.pk, actor=other, at=NOW)
        assert state(payout) == State.REMITTING
        entry = message.entries.get()
        assert (entry.outcome, "somebody else settles it" in entry.problem) == ("parked", True)
        settle_by_hand(
            entry_id=entry.id, reference=payout.reference, verdict="paid", reason="Asked the bank.",
            actor=clerk("settle_bankentry"), at=NOW,
        )  # fmt: skip
        assert state(payout) == State.PAID


class TestThrowAway:
    def test_moves_nothing_until_the_bank_itself_says_it(self, payout, debit):
        one = clerk("add_bankmessage")
        message = bring(text=debit, channel="bank", actor=one, at=NOW)
        with pytest.raises(MissingReason):
            throw_away(message_id=message.pk, actor=one, reason=" ", at=NOW)
        message = throw_away(message_id=message.pk, actor=one, reason="A draft.", at=NOW)
        assert (message.outcome, message.problem) == ("thrown_away", "A draft.")
        assert bring(text=debit, channel="bank", actor=one, at=NOW) is None
        assert state(payout) == State.REMITTING
        read_bank(at=NOW)
        assert state(payout) == State.PAID


class TestPages:
    def test_log_who_brought_and_who_confirmed_exactly_this_file(self, client, payout, debit):
        one, other = (clerk("add_bankmessage", "view_bankmessage") for _ in range(2))
        client.force_login(one)
        upload = {"file": SimpleUploadedFile("a.xml", debit.encode())}
        page = client.post(reverse("admin:payouts_bankmessage_bring"), upload, follow=True).content.decode()
        assert f"debit €89.65 {payout.reference}" in page
        message = BankMessage.objects.get()
        act = reverse("admin:payouts_bankmessage_actions", args=[message.pk, "confirm"])
        assert client.post(act, {"confirmed": "1"}).status_code == 422
        client.force_login(other)
        client.post(act, {"confirmed": "1"})
        logged = LogEntry.objects.filter(content_type__model="bankmessage", object_id=str(message.pk))
        assert [(entry.user, entry.action_flag) for entry in logged.order_by("id")] == [
            (one, ADDITION),
            (other, CHANGE),
        ]

    def test_throw_away(self, client, debit):
        one = clerk("add_bankmessage", "view_bankmessage")
        message = bring(text=debit, channel="bank", actor=one, at=NOW)
        client.force_login(one)
        act = reverse("admin:payouts_bankmessage_actions", args=[message.pk, "throw_away"])
        client.post(act, {"confirmed": "1", "reason": "A draft."})
        message.refresh_from_db()
        assert message.outcome == "thrown_away"
