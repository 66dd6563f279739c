import pytest
from django.urls import reverse

from ledger.queries import platform_balances
from payouts.models import InternalNote, SharedMessage
from payouts.operations import conversations, review
from payouts.operations.conversations import AlreadyAnswered, UnknownQuestion, answer, ask, tell, write_note
from payouts.operations.moves import Stale, UnknownPayout, WrongState
from payouts.operations.review import MissingReason, NotPermitted, hold
from payouts.queries.review import open_question
from payouts.states import State
from portal.models import Notice
from tests.factories.payouts import NOW, PayoutMethodFactory, approved_payout, requested_payout, reviewer
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db
SECRET = "He looks like a fraud to me."


def asked(payout=None, **facts):
    payout = payout or requested_payout()
    facts = {"version": payout.version, "actor": reviewer(), "reason": "Who is Max?", "at": NOW} | facts
    return ask(payout_id=payout.id, **facts)


def answered(payout, text="My brother.", **facts):
    facts = {"creator": payout.creator, "question_id": payout.messages.first().pk} | facts
    return answer(payout_id=payout.id, text=text, at=NOW, **facts)


class TestWriteNote:
    def write(self, payout, actor=None, text=SECRET, key="k"):
        return write_note(payout_id=payout.id, actor=actor or reviewer(), text=text, key=key, at=NOW)

    def test_leaves_the_payout_as_it_was_read(self):
        payout, version = requested_payout(), 2
        self.write(payout)
        payout.refresh_from_db()
        assert payout.version == version
        assert payout.internal_notes.get().text == SECRET

    def test_writes_it_once(self):
        payout = requested_payout()
        assert self.write(payout) == self.write(payout)

    def test_is_for_permitted_staff(self):
        payout = requested_payout()
        for person in (StaffFactory(), payout.creator):
            with pytest.raises(NotPermitted):
                self.write(payout, person)
        assert not InternalNote.objects.exists()

    def test_says_something(self):
        with pytest.raises(MissingReason):
            self.write(requested_payout(), text=" ")

    def test_is_never_shown_to_the_creator(self, client):
        payout = requested_payout()
        self.write(payout)
        ask(
            payout_id=payout.id, version=payout.version, actor=reviewer(), reason="Who is Max?", at=NOW,
            internal_note=SECRET,
        )  # fmt: skip
        client.force_login(payout.creator)
        page = client.get(reverse("payouts:payout", args=[payout.id]))
        told = client.get(f"/api/v1/payouts/{payout.id}/")
        for response in (page, told):
            assert response.status_code == 200
            assert SECRET not in response.content.decode()
        assert "Who is Max?" in page.content.decode()
        assert SECRET not in str(list(Notice.objects.values_list("facts", flat=True)))


class TestTell:
    def test_tells_the_creator_once(self):
        payout, actor = requested_payout(), reviewer()
        for _ in range(2):
            tell(payout_id=payout.id, actor=actor, text="Expect it on Tuesday.", key="k", at=NOW)
        notice = Notice.objects.get(kind="payout_message")
        assert (notice.person, notice.facts["reason"]) == (payout.creator, "Expect it on Tuesday.")
        assert payout.messages.count() == 1

    def test_is_for_permitted_staff(self):
        payout = requested_payout()
        with pytest.raises(NotPermitted):
            tell(payout_id=payout.id, actor=StaffFactory(), text="Hello", key="k", at=NOW)
        assert not payout.messages.exists()


class TestAsk:
    def test_holds_the_payout_and_says_why(self):
        before = platform_balances()
        payout = requested_payout()
        held = platform_balances()
        payout = asked(payout)
        assert payout.state == State.ON_HOLD
        assert payout.events.last().public_reason == "Who is Max?"
        assert open_question(list(payout.messages.all())).text == "Who is Max?"
        assert platform_balances() == held != before

    def test_tells_what_to_do_and_a_plain_hold_does_not(self, client):
        payout = asked()
        told = Notice.objects.get(kind="payout_question")
        assert told.facts["reason"] == "Who is Max?"
        client.force_login(payout.creator)
        assert "Answer the question of our staff" in client.get(told.url).content.decode()
        other = requested_payout()
        hold(payout_id=other.id, version=other.version, actor=reviewer(), reason="We check.", at=NOW)
        assert Notice.objects.filter(kind="payout_on_hold", person=other.creator).exists()
        client.force_login(other.creator)
        page = client.get(f"/studio/payouts/{other.pk}/").content.decode()
        assert "You don&#x27;t have to do anything: we write to you" in page

    def test_needs_a_question(self):
        payout = requested_payout()
        with pytest.raises(MissingReason):
            asked(payout, reason=" ")
        assert not payout.messages.exists()

    @pytest.mark.parametrize(("made", "refusal"), [(approved_payout, WrongState), (asked, WrongState)])
    def test_is_about_what_is_in_review(self, made, refusal):
        payout = made()
        with pytest.raises(refusal):
            asked(payout, reason="And Moritz?")

    def test_is_made_on_the_version_that_was_read(self):
        payout = requested_payout()
        with pytest.raises(Stale):
            asked(payout, version=1)
        assert not payout.messages.exists()


class TestAnswer:
    def test_brings_it_back_into_review(self):
        payout = asked()
        given = answered(payout, " My brother. ")
        payout.refresh_from_db()
        assert (payout.state, given.text) == (State.IN_REVIEW, "My brother.")
        assert open_question(list(payout.messages.all())) is None

    def test_is_there_once(self):
        payout = asked()
        assert answered(payout) == answered(payout)
        with pytest.raises(AlreadyAnswered):
            answered(payout, "My sister.")
        assert payout.events.count() == 4

    def test_is_the_creator_s(self):
        payout = asked()
        with pytest.raises(UnknownPayout):
            answered(payout, creator=CreatorFactory())

    def test_is_to_a_question(self):
        payout = asked()
        tell(payout_id=payout.id, actor=reviewer(), text="Hello", key="k", at=NOW)
        for message_id in (payout.messages.last().pk, payout.pk):
            with pytest.raises(UnknownQuestion):
                answered(payout, question_id=message_id)

    def test_does_not_end_a_later_hold(self):
        payout = asked()
        payout = review.resume(payout_id=payout.id, version=payout.version, actor=reviewer(), at=NOW)
        payout = review.hold(
            payout_id=payout.id, version=payout.version, actor=reviewer(), reason="Police.", at=NOW
        )
        answered(payout)
        payout.refresh_from_db()
        assert payout.state == State.ON_HOLD

    def test_comes_too_late_for_what_is_decided(self):
        payout = asked()
        payout = review.reject(
            payout_id=payout.id, version=payout.version, actor=reviewer(), reason="Not yours.", at=NOW
        )
        with pytest.raises(WrongState):
            answered(payout)
        assert payout.messages.count() == 1


class TestAnswerPage:
    @pytest.fixture
    def address(self, client):
        payout = asked()
        client.force_login(payout.creator)
        client.payout = payout
        return reverse("payouts:answer", args=[payout.id, payout.messages.get().pk])

    def test_is_found_from_the_payout_s(self, client, address):
        page = client.get(reverse("payouts:payout", args=[client.payout.id])).content.decode()
        assert address in page
        assert "Our staff" in page
        assert reviewer().display_name not in page

    def test_sends_the_answer(self, client, address):
        assert "Who is Max?" in client.get(address).content.decode()
        page = client.post(address, {"text": "My brother."}, follow=True).content.decode()
        assert "Our staff look at your payout again." in page
        assert "My brother." in page

    @pytest.mark.parametrize("text", ["", " ", "x" * 2001])
    def test_says_what_is_wrong_beside_the_field(self, client, address, text):
        response = client.post(address, {"text": text})
        assert response.status_code == 422
        assert not SharedMessage.objects.filter(kind="answer").exists()

    def test_is_nobody_else_s(self, client, address):
        client.force_login(CreatorFactory())
        assert client.get(address).status_code == 404
        assert client.post(address, {"text": "Mine."}).status_code == 404


class TestNobody:
    def test_decides_about_what_goes_to_their_own_account(self):
        payout, actor = requested_payout(), reviewer()
        PayoutMethodFactory(owner=actor, fingerprint=payout.method.fingerprint)
        with pytest.raises(NotPermitted, match="account of yours"):
            review.approve(payout_id=payout.id, version=payout.version, actor=actor, at=NOW)
        with pytest.raises(NotPermitted):
            conversations.tell(payout_id=payout.id, actor=actor, text="Hello", key="k", at=NOW)
        payout.refresh_from_db()
        assert payout.state == State.IN_REVIEW
