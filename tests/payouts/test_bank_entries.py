"""What people do where the bank's word fits nothing, or where no line leads to the bank."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ledger.chart import (
    CREATOR_CASH_AVAILABLE,
    CREATOR_DIAMONDS_AVAILABLE,
    CREATOR_DIAMONDS_HELD,
    FEE_REVENUE,
    PAYOUT_CLEARING,
)
from ledger.queries import balance
from payouts import queries
from payouts.models import BankEntry, BankMessage, PaymentFile
from payouts.operations.bank_entries import DoesNotFit, NotOpen, set_aside, settle_by_hand
from payouts.operations.bank_messages import handle, keep, read_bank
from payouts.operations.deliveries import ASK_AFTER, NotByHand, ask, hand_over, report_refusal
from payouts.operations.remittances import remit_together
from payouts.operations.review import MissingReason, NotPermitted
from payouts.rails.interface import ByHand
from payouts.states import State
from tests.factories.payouts import NOW, approved_payout, remit
from tests.factories.people import StaffFactory, UserFactory
from tests.payouts.bank import OUR_DOLLARS, amended

pytestmark = pytest.mark.django_db
WHOLE = 2_000_000


def clerk(*permissions: str):
    person = StaffFactory()
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return person


def stand(payout) -> tuple:
    payout.refresh_from_db()
    accounts = [
        CREATOR_DIAMONDS_AVAILABLE.of(payout.creator_id),
        CREATOR_DIAMONDS_HELD.of(payout.creator_id),
        PAYOUT_CLEARING.platform("EUR"),
    ]
    return (payout.state, *(balance(account) for account in accounts))


def hear(*messages: str) -> None:
    keep(channel="bank", raws=list(messages), at=NOW)
    handle(at=NOW)


ON_ITS_WAY = (State.REMITTING, 0, WHOLE, 0)


@pytest.fixture
def payout(bank):
    payout = approved_payout()
    remit(payout_id=payout.id, at=NOW)
    bank.advance()
    return payout


@pytest.fixture
def parked(bank, payout):
    """The bank booked the payment under a reference that nobody knows."""
    (debit,) = bank.messages("camt.054")
    hear(amended(debit, EndToEndId="NOBODYS"))
    return BankEntry.objects.get(outcome="parked")


def decide(entry, payout, verdict="paid", **changes):
    facts = {"actor": clerk("settle_bankentry"), "reason": "Asked the bank.", "at": NOW}
    return settle_by_hand(
        entry_id=entry.id, **{"reference": payout.reference, "verdict": verdict} | facts | changes
    )


class TestSettleByHand:
    def test_pays_what_the_bank_booked_under_another_name(self, payout, parked):
        entry = decide(parked, payout)
        assert stand(payout) == (State.PAID, 0, 0, 8_965)
        assert (entry.outcome, entry.note, entry.remittance.state) == (
            "by_hand",
            "Asked the bank.",
            "settled",
        )
        evidence = payout.events.last().evidence
        assert (evidence["why"], evidence["settled_by"]) == ("Asked the bank.", str(entry.decided_by_id))

    def test_gives_back_what_returned_under_another_name(self, bank, payout):
        read_bank(at=NOW)
        bank._call("POST", "/_mock/credits", json={"account": "ACME", "amount": 8_965, "note": "RETURNED"})
        read_bank(at=NOW)
        credit = BankEntry.objects.get(what="credit")
        assert (credit.outcome, stand(payout)[0]) == ("parked", State.PAID)
        decide(credit, payout, "returned")
        assert stand(payout) == (State.RETURNED, WHOLE, 0, 0)

    def test_fails_what_the_bank_will_not_send(self, bank, payout):
        (accepted,) = bank.messages("pain.002")
        refusal = accepted.replace("ACCP", "RJCT")
        hear(amended(refusal, OrgnlEndToEndId="NOBODYS", OrgnlMsgId="NOBODYS"))
        entry = BankEntry.objects.filter(end_to_end_id="NOBODYS").get()
        decide(entry, payout, "refused")
        assert stand(payout) == (State.FAILED, 0, WHOLE, 0)

    def test_never_calls_refused_what_the_bank_has_booked(self, payout, parked):
        with pytest.raises(DoesNotFit, match="money has moved"):
            decide(parked, payout, "refused")
        assert stand(payout) == ON_ITS_WAY

    def test_never_settles_a_payment_with_the_booking_of_another(self, bank, payout):
        other = approved_payout()
        remit(payout_id=other.id, at=NOW)
        debit = bank.messages("camt.054")[0]
        hear(amended(debit, EndToEndId=other.reference, Amt="89.64"))
        with pytest.raises(DoesNotFit, match="another payment of ours"):
            decide(BankEntry.objects.get(), payout)
        assert stand(payout) == ON_ITS_WAY

    @pytest.mark.parametrize(
        ("booked", "cash", "revenue"),
        [("89.00", 65, 80), ("90.00", 0, 80 - 35)],
        ids=["less-has-left", "more-has-left"],
    )
    def test_books_the_charge_between_what_was_sent_and_what_left(self, bank, payout, booked, cash, revenue):
        (debit,) = bank.messages("camt.054")
        hear(amended(debit, Amt=booked))
        decide(BankEntry.objects.get(), payout)
        assert stand(payout) == (State.PAID, 0, 0, int(booked[:2]) * 100)
        assert balance(CREATOR_CASH_AVAILABLE.of(payout.creator_id, "EUR")) == cash
        assert balance(FEE_REVENUE.platform("EUR")) == revenue

    def test_bears_the_charge_of_what_came_back(self, bank, payout):
        read_bank(at=NOW)
        bank._call("POST", "/_mock/credits", json={"account": "ACME", "amount": 8_900, "note": "RETURNED"})
        read_bank(at=NOW)
        decide(BankEntry.objects.get(what="credit"), payout, "returned")
        assert stand(payout) == (State.RETURNED, WHOLE, 0, 65)
        assert balance(FEE_REVENUE.platform("EUR")) == -65

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"reason": " "}, MissingReason),
            ({"reference": "P-NONE"}, DoesNotFit),
            ({"verdict": "returned"}, DoesNotFit),
        ],
        ids=["no-reason", "no-payment", "not-settled"],
    )
    def test_moves_nothing_when_it_is_refused(self, payout, parked, changes, refusal):
        with pytest.raises(refusal):
            decide(parked, payout, **changes)
        assert stand(payout) == ON_ITS_WAY
        parked.refresh_from_db()
        assert parked.outcome == "parked"

    def test_moves_nothing_for_another_amount(self, bank, payout):
        (debit,) = bank.messages("camt.054")
        hear(amended(debit, Amt="80.00"))
        with pytest.raises(DoesNotFit, match="more than a charge"):
            decide(BankEntry.objects.get(), payout)
        assert stand(payout) == ON_ITS_WAY

    def test_is_for_those_who_may_and_not_about_oneself(self, payout, parked):
        creator = payout.creator
        creator.is_staff = True
        creator.save()
        creator.user_permissions.set(Permission.objects.filter(codename="settle_bankentry"))
        for actor in (clerk("view_bankentry"), creator):
            with pytest.raises(NotPermitted):
                decide(parked, payout, actor=actor)
        assert stand(payout) == ON_ITS_WAY

    def test_happens_once(self, payout, parked):
        decide(parked, payout)
        with pytest.raises(NotOpen):
            decide(parked, payout)
        assert stand(payout) == (State.PAID, 0, 0, 8_965)


class TestSetAside:
    def test_moves_nothing_and_keeps_why(self, payout, parked):
        entry = set_aside(
            entry_id=parked.id, actor=clerk("settle_bankentry"), reason="Our own transfer.", at=NOW
        )
        assert (entry.outcome, entry.note) == ("set_aside", "Our own transfer.")
        assert stand(payout) == ON_ITS_WAY
        assert not queries.parked_bank_entries().exists()


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


class TestPages:
    def test_settle_and_set_aside_ask_before_they_do(self, client, payout, parked):
        client.force_login(clerk("view_bankentry", "settle_bankentry"))
        change = reverse("admin:payouts_bankentry_change", args=[parked.pk])
        assert "Settle by hand" in client.get(change).content.decode()
        act = reverse("admin:payouts_bankentry_actions", args=[parked.pk, "settle"])
        page = client.post(act)
        assert "We sent no payment with this reference." in page.content.decode()
        form = {"confirmed": "1", "reference": "P-NONE", "verdict": "paid", "reason": "Asked."}
        refused = client.post(act, form)
        assert refused.status_code == 422
        assert "no payment of this reference" in refused.content.decode()
        assert stand(payout) == ON_ITS_WAY
        client.post(act, form | {"reference": payout.reference.lower()})
        assert stand(payout)[0] == State.PAID
        assert "Settle by hand" not in client.get(change).content.decode()

    def test_do_nothing_for_those_who_may_only_look(self, client, payout, parked):
        client.force_login(clerk("view_bankentry"))
        for name in ("settle", "set_aside"):
            act = reverse("admin:payouts_bankentry_actions", args=[parked.pk, name])
            form = {"confirmed": "1", "reference": payout.reference, "verdict": "paid", "reason": "Asked."}
            assert client.get(act).status_code == 405
            assert client.post(act, form).status_code == 422
        assert stand(payout) == ON_ITS_WAY


def test_another_account_of_ours_is_not_the_one_we_paid_from(bank, payout):
    (debit,) = bank.messages("camt.054")
    hear(debit.replace("NL41MOCK0000000001", OUR_DOLLARS))
    assert stand(payout) == ON_ITS_WAY
