"""Files that people or a folder carry to the bank and back."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from payouts import queries
from payouts.models import BankMessage, PaymentFile
from payouts.operations.bank_messages import read_bank
from payouts.operations.deliveries import ASK_AFTER, NotByHand, ask, hand_over, report_refusal
from payouts.operations.remittances import remit_together
from payouts.operations.review import NotPermitted
from payouts.rails.interface import ByHand
from payouts.states import State
from tests.factories.bank_messages import WHOLE, stand
from tests.factories.payouts import NOW, approved_payout, remit
from tests.factories.people import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def clerk(*permissions: str):
    person = StaffFactory()
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return person


class TestCarryingFiles:
    @pytest.fixture
    def file(self, bank, settings):
        """Two payments to a bank to which no line leads."""
        settings.BANK_CONNECTION = "hand"
        remit_together(payout_ids=[approved_payout().id for _ in range(2)], at=NOW)
        return PaymentFile.objects.get()

    def test_waits_for_a_person_and_never_sends_itself(self, bank, file):
        assert (file.by_hand, file.payments) == (True, 2)
        assert set(file.remittances.values_list("state", flat=True)) == {"committed"}
        assert queries.unanswered(before=NOW + ASK_AFTER) == []
        assert ask(file_id=file.id, at=NOW + ASK_AFTER).attempted_at == NOW
        assert bank.files_received() == 0

    def test_goes_on_once_a_person_has_uploaded_it(self, file):
        someone = clerk("hand_over_paymentfile")
        hand_over(file_id=file.id, actor=someone, at=NOW)
        assert set(file.remittances.values_list("state", flat=True)) == {"sent"}
        for again in (hand_over, lambda **arguments: report_refusal(reason="x", **arguments)):
            with pytest.raises(NotByHand):
                again(file_id=file.id, actor=someone, at=NOW)

    def test_is_carried_though_its_worker_died_before_it_was_left_to_a_person(self, file):
        """Or was sent over a line, of which nobody heard, before there was none."""
        PaymentFile.objects.update(by_hand=False)
        file.remittances.update(state="unknown")
        assert ask(file_id=file.id, at=NOW + ASK_AFTER).by_hand
        assert queries.unanswered(before=NOW + 2 * ASK_AFTER) == []
        hand_over(file_id=file.id, actor=clerk("hand_over_paymentfile"), at=NOW)
        assert set(file.remittances.values_list("state", flat=True)) == {"sent"}

    def test_fails_its_payouts_when_the_bank_would_not_have_it(self, file):
        someone = clerk("hand_over_paymentfile")
        words = "Too late for DE89 3704 0044 0532 0130 00 today."
        report_refusal(file_id=file.id, actor=someone, reason=words, at=NOW)
        for remittance in file.remittances.all():
            assert stand(remittance.payout)[:3] == (State.FAILED, 0, WHOLE)
            assert remittance.problem == "Too late for •••• 3000 today."

    def test_is_for_those_who_may(self, file):
        with pytest.raises(NotPermitted):
            hand_over(file_id=file.id, actor=clerk("view_paymentfile"), at=NOW)
        assert set(file.remittances.values_list("state", flat=True)) == {"committed"}

    def test_is_done_on_two_pages_from_file_to_payment(self, bank, client, file):
        """Download, upload at the bank, say so; download what the bank says, bring it."""
        someone = clerk(
            "view_paymentfile",
            "hand_over_paymentfile",
            "view_bankmessage",
            "add_bankmessage",
            "view_bankentry",
        )
        client.force_login(someone)
        message = client.get(reverse("admin:payouts_paymentfile_message", args=[file.pk])).content
        bank._call("POST", "/payments", data=message)
        act = reverse("admin:payouts_paymentfile_actions", args=[file.pk, "hand_over"])
        asked = client.post(act)
        assert "Upload each file once" in asked.content.decode()
        assert file.remittances.filter(state="committed").count() == 2
        assert client.post(act, {"confirmed": "1"}).status_code == 302
        bank.advance(2)
        bring = reverse("admin:payouts_bankmessage_bring")
        assert bring in client.get(reverse("admin:payouts_bankmessage_changelist")).content.decode()
        for number, words in enumerate([*bank.messages(), bank.messages()[0]]):
            upload = SimpleUploadedFile(f"{number}.xml", words.encode())
            page = client.post(bring, {"file": upload}, follow=True)
        assert "was here already" in page.content.decode()
        assert client.post(bring, {}).status_code == 422
        nonsense = client.post(bring, {"file": SimpleUploadedFile("x.xml", b"<nonsense")})
        assert (nonsense.status_code, "It is no XML" in nonsense.content.decode()) == (422, True)
        client.force_login(clerk("view_bankmessage", "add_bankmessage"))
        for message in BankMessage.objects.all():
            page = client.get(reverse("admin:payouts_bankmessage_change", args=[message.pk]))
            assert "It is the bank&#x27;s" in page.content.decode()
            confirm = reverse("admin:payouts_bankmessage_actions", args=[message.pk, "confirm"])
            assert str(someone) in client.post(confirm).content.decode()
            assert client.post(confirm, {"confirmed": "1"}).status_code == 302
        for remittance in file.remittances.all():
            assert stand(remittance.payout)[0] == State.PAID

    def test_takes_no_file_from_those_who_may_not(self, bank, client):
        bring = reverse("admin:payouts_bankmessage_bring")
        client.force_login(clerk("view_bankmessage"))
        assert client.get(bring).status_code == 403
        assert bring not in client.get(reverse("admin:payouts_bankmessage_changelist")).content.decode()
        client.force_login(UserFactory())
        assert client.post(bring).status_code == 302
        assert not BankMessage.objects.exists()


class TestAFolder:
    def test_carries_files_out_and_answers_in(self, bank, settings, tmp_path):
        out, back = tmp_path / "out", tmp_path / "in"
        out.mkdir()
        back.mkdir()
        settings.BANK_CONNECTION, settings.BANK_FOLDER_OUT, settings.BANK_FOLDER_IN = "folder", out, back
        payout = approved_payout()
        remittance = remit(payout_id=payout.id, at=NOW)
        (file,) = out.iterdir()
        assert remittance.state == "sent"
        assert file.read_text() == remittance.file.message
        bank._call("POST", "/payments", data=file.read_bytes())
        bank.advance()
        for number, words in enumerate(bank.messages()):
            (back / f"{number}.xml").write_text(words)
        (back / ".part").write_text("<half")
        assert read_bank(at=NOW) == len(bank.messages())
        assert stand(payout)[0] == State.PAID
        assert read_bank(at=NOW) == 0

    def test_that_is_away_leaves_the_outcome_unknown_and_is_asked_later(self, bank, settings, tmp_path):
        settings.BANK_CONNECTION = "folder"
        settings.BANK_FOLDER_OUT = settings.BANK_FOLDER_IN = tmp_path / "away"
        remittance = remit(payout_id=approved_payout().id, at=NOW)
        assert remittance.state == "unknown"
        assert read_bank(at=NOW) == 0
        (tmp_path / "away").mkdir()
        ask(file_id=remittance.file_id, at=NOW + ASK_AFTER)
        remittance.refresh_from_db()
        assert remittance.state == "sent"
        from payouts import rails

        rail = rails.get("sepa")
        assert rail.holds(message_id="", end_to_end_ids=[remittance.end_to_end_id])
        assert not rail.holds(message_id="", end_to_end_ids=["P-OTHER"])

    def test_can_not_be_asked_by_hand(self, bank, settings):
        from payouts import rails

        settings.BANK_CONNECTION = "hand"
        with pytest.raises(ByHand):
            rails.get("sepa").holds(message_id="", end_to_end_ids=["P"])
        assert rails.get("sepa").fetch() == []
