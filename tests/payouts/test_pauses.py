import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from payouts.gates import gates
from payouts.gates.sending import obstacle
from payouts.models import DestinationPause, PayoutMethod
from payouts.operations.bank_messages import read_bank
from payouts.operations.pauses import DestinationPaused, UnknownPause, lift_pause
from payouts.operations.review import MissingReason, NotPermitted
from payouts.queries.pauses import pause_of
from payouts.states import State
from portal.models import Notice
from tests.factories.payouts import NOW, PayoutMethodFactory, approved_payout, remit
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db
CLOSED = {"iban": "NL84MOCK0000000003"}


def to_one_account(number: int, details=CLOSED) -> list:
    """Approved payouts of different creators to the same account."""
    payouts = []
    for _ in range(number):
        creator = CreatorFactory()
        method = PayoutMethodFactory(owner=creator, details=details, fingerprint="f" * 64)
        payouts.append(approved_payout(creator, method=method))
    return payouts


def fail(payouts) -> None:
    for payout in payouts:
        remit(payout_id=payout.id, at=NOW)
    read_bank(at=NOW)


def lifter():
    person = StaffFactory()
    codes = ["lift_destinationpause", "view_destinationpause"]
    person.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return person


class TestCountFailure:
    def test_pauses_an_account_at_which_three_payments_did_not_arrive(self, bank, client):
        *failing, waiting = to_one_account(4)
        fail(failing[:2])
        assert not DestinationPause.objects.exists()
        fail(failing[2:])
        assert DestinationPause.objects.get().code == "AC04"
        client.force_login(failing[2].creator)
        assert "Paused" in client.get(reverse("payouts:methods")).content.decode()
        with pytest.raises(DestinationPaused):
            remit(payout_id=waiting.id, at=NOW)
        waiting.refresh_from_db()
        assert waiting.state == State.APPROVED
        assert obstacle(waiting, NOW)[0] == "destination_paused"

    def test_tells_everybody_who_is_paid_there(self, bank):
        payouts = to_one_account(4)
        gone, *others = [payout.creator for payout in payouts]
        PayoutMethodFactory()
        fail(payouts[:2])
        PayoutMethod.objects.filter(owner=gone).update(retired_at=NOW)
        fail(payouts[2:3])
        told = Notice.objects.filter(kind="account_paused")
        assert sorted(notice.person.pk for notice in told) == sorted(person.pk for person in others)
        assert {notice.facts["reason"] for notice in told} == {"The bank account is closed."}

    def test_counts_only_what_is_the_account_s_own_fault(self, bank):
        bank.behave("reject-file")
        fail(to_one_account(3))
        assert not DestinationPause.objects.exists()

    def test_begins_anew_when_a_payment_arrives(self, bank):
        bank.behave("return-later", days=1, reason="AC04")
        good = to_one_account(3, {"iban": "DE89370400440532013000"})
        for payout in good[:2]:
            remit(payout_id=payout.id, at=NOW)
        bank.advance(3)
        read_bank(at=NOW)
        assert {state.state for state in map(_fresh, good[:2])} == {State.RETURNED}
        bank.behave("accept")
        remit(payout_id=good[2].id, at=NOW)
        bank.advance(1)
        read_bank(at=NOW)
        fail(to_one_account(1))
        assert not DestinationPause.objects.exists()

    def test_is_told_to_the_creator_by_the_gates(self, bank):
        fail(to_one_account(3))
        method = PayoutMethod.objects.first()
        (gate,) = [gate for gate in gates(method.owner, NOW) if gate.code == "destination_paused"]
        assert not gate.passed
        assert "closed" in gate.sentence
        other = CreatorFactory()
        PayoutMethodFactory(owner=other)
        assert "destination_paused" not in {gate.code for gate in gates(other, NOW)}


def _fresh(payout):
    payout.refresh_from_db()
    return payout


class TestTheMethodsGate:
    def gate(self, creator):
        return next(gate for gate in gates(creator, NOW) if gate.code == "method")

    def test_warns_after_a_payment_that_did_not_arrive(self, bank, client):
        (payout,) = to_one_account(1)
        assert not self.gate(payout.creator).warning
        fail([payout])
        gate = self.gate(payout.creator)
        assert (gate.passed, gate.warning) == (True, True)
        assert "didn't arrive. The bank account is closed. Add another bank account" in gate.sentence
        client.force_login(payout.creator)
        assert "Before you ask" in client.get("/studio/payouts/").content.decode()
        for page in ("/studio/methods/", "/studio/"):
            assert "The bank account is closed. Add another" in client.get(page).content.decode()

    def test_warns_of_an_account_in_another_name(self):
        method = PayoutMethodFactory(holder="Karl Fremd")
        assert "is in the name of Karl Fremd, and you told us that you are Lumi Sommer" in (
            self.gate(method.owner).reason
        )
        method.holder = "LUMI MARIA SOMMER"
        method.save()
        assert not self.gate(method.owner).warning


class TestLiftPause:
    @pytest.fixture
    def waiting(self, bank):
        """Of four payouts to one account the last, the others having failed there."""
        *failing, waiting = to_one_account(4)
        fail(failing)
        return waiting

    @pytest.fixture
    def pause(self, waiting):
        return DestinationPause.objects.get()

    def test_lets_payments_go_there_again(self, waiting, pause):
        assert obstacle(waiting, NOW)
        lift_pause(pause_id=pause.id, actor=lifter(), reason="Reopened.", at=NOW)
        assert pause_of(pause.fingerprint) is None
        assert obstacle(waiting, NOW) is None
        fail([waiting])
        assert pause_of(pause.fingerprint) is None, "counting begins anew"
        with pytest.raises(UnknownPause):
            lift_pause(pause_id=pause.id, actor=lifter(), reason="Again.", at=NOW)

    def test_is_not_for_who_ever_added_the_account(self, pause):
        friend = lifter()
        PayoutMethodFactory(owner=friend, fingerprint=pause.fingerprint, retired_at=NOW)
        with pytest.raises(NotPermitted, match="their own account"):
            lift_pause(pause_id=pause.id, actor=friend, reason="It is mine.", at=NOW)

    def test_asks_for_a_reason_and_the_permission_and_is_not_for_oneself(self, pause):
        owner = pause.method.owner
        owner.is_staff = True
        owner.save()
        owner.user_permissions.set(Permission.objects.filter(codename="lift_destinationpause"))
        for actor, reason, refusal in [
            (lifter(), " ", MissingReason),
            (StaffFactory(), "Reopened.", NotPermitted),
            (owner, "Reopened.", NotPermitted),
        ]:
            with pytest.raises(refusal):
                lift_pause(pause_id=pause.id, actor=actor, reason=reason, at=NOW)
        assert pause_of(pause.fingerprint)

    def test_is_confirmed_on_its_page(self, client, pause, django_assert_num_queries):
        client.force_login(lifter())
        with django_assert_num_queries(6):
            listed = client.get(reverse("admin:payouts_destinationpause_changelist"))
        assert pause.method.masked in listed.content.decode()
        act = reverse("admin:payouts_destinationpause_actions", args=[pause.pk, "lift"])
        assert "counting begins anew" in client.post(act).content.decode()
        assert pause_of(pause.fingerprint)
        assert client.post(act, {"confirmed": "1", "reason": "Reopened."}).status_code == 302
        assert pause_of(pause.fingerprint) is None
