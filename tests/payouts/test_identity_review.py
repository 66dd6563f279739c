"""What a reviewer says of somebody's papers."""

import datetime as dt

import pytest
from django.utils import timezone

from payouts.gates.case import Case
from payouts.gates.identity import identity
from payouts.identity_states import IdentityState
from payouts.models import InformationRequest
from payouts.operations import identity_review as review
from payouts.operations.review import MissingReason, NotPermitted
from payouts.queries.identity import Word, standing, unanswered
from portal.models import Notice
from tests.factories.papers import VALID, submit, submitted, upload, verifier
from tests.factories.payouts import NOW
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def creator():
    return CreatorFactory()


@pytest.fixture
def staff():
    return verifier()


def told(person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("id").values_list("kind", flat=True))


class TestVerify:
    def test_holds_until_the_paper_expires_or_for_three_years(self, creator, staff):
        version = review.verify(version_id=submitted(creator).pk, actor=staff, at=NOW)
        end = dt.datetime.combine(VALID + DAY, dt.time(), tzinfo=dt.UTC)
        assert (version.state, version.expires_at, version.decided_by) == ("verified", end, staff)
        assert standing(creator.pk, end - dt.timedelta(seconds=1)).in_force
        assert standing(creator.pk, end).word == Word.EXPIRED
        assert told(creator) == ["identity_verified"]
        other = CreatorFactory()
        upload(other, expires_date=NOW.date() + 4000 * DAY)
        lasting = review.verify(version_id=submit(other).pk, actor=staff, at=NOW)
        assert lasting.expires_at == NOW + 3 * 365 * DAY

    def test_needs_no_answer_any_more(self, creator, staff):
        version = submitted(creator)
        review.ask(version_id=version.pk, actor=staff, questions={"city": "Which?"}, at=NOW)
        review.verify(version_id=version.pk, actor=staff, at=NOW + DAY)
        assert standing(creator.pk, NOW + 30 * DAY).in_force
        assert not unanswered(asked_before=NOW + 30 * DAY).exists()

    def test_replaces_the_version_before_and_not_earlier(self, creator, staff):
        first = review.verify(version_id=submitted(creator).pk, actor=staff, at=NOW)
        second = submit(creator, key="2", at=NOW + DAY)
        assert standing(creator.pk, NOW + DAY).verified == first
        review.verify(version_id=second.pk, actor=staff, at=NOW + DAY)
        first.refresh_from_db()
        assert first.state == IdentityState.SUPERSEDED
        assert standing(creator.pk, NOW + DAY).verified == second

    def test_refuses_papers_that_expired_meanwhile(self, creator, staff):
        version = submitted(creator)
        with pytest.raises(review.PaperExpired):
            review.verify(version_id=version.pk, actor=staff, at=NOW + 500 * DAY)
        assert standing(creator.pk, NOW).word == Word.IN_REVIEW

    def test_lapses_when_the_creator_moves(self, creator, staff):
        review.verify(version_id=submitted(creator).pk, actor=staff, at=NOW)
        creator.country = "FR"
        creator.save()
        assert standing(creator.pk, NOW).word == Word.MOVED


class TestDecisions:
    @pytest.mark.parametrize("name", ["verify", "reject", "ask"])
    def test_are_made_once_by_permitted_others(self, creator, staff, name):
        version = submitted(creator)
        more = {"verify": {}, "reject": {"reason": "No."}, "ask": {"questions": {"city": "?"}}}[name]

        def decide(actor):
            return getattr(review, name)(version_id=version.pk, actor=actor, at=NOW, **more)

        for other in (StaffFactory(), creator):
            with pytest.raises(NotPermitted):
                decide(other)
        review.reject(version_id=version.pk, actor=staff, reason="A copy of a copy.", at=NOW)
        with pytest.raises(review.AlreadyDecided, match="is not accepted by now"):
            decide(staff)
        assert standing(creator.pk, NOW).latest.reason == "A copy of a copy."

    def test_are_never_about_oneself(self, staff):
        staff.is_creator = True
        staff.save()
        with pytest.raises(NotPermitted, match="their own"):
            review.verify(version_id=submitted(staff).pk, actor=staff, at=NOW)

    def test_need_a_version(self, staff):
        with pytest.raises(review.UnknownIdentity):
            review.verify(version_id=staff.pk, actor=staff, at=NOW)


class TestReject:
    def test_tells_the_creator_why(self, creator, staff):
        version = submitted(creator)
        with pytest.raises(MissingReason):
            review.reject(version_id=version.pk, actor=staff, reason=" ", at=NOW)
        review.reject(version_id=version.pk, actor=staff, reason="Blurred.", at=NOW, internal_note="Odd.")
        assert standing(creator.pk, NOW).word == Word.REJECTED
        [notice] = Notice.objects.filter(person=creator)
        assert notice.facts == {"reason": "Blurred."}

    def test_leaves_an_earlier_verification_in_force(self, creator, staff):
        review.verify(version_id=submitted(creator).pk, actor=staff, at=NOW)
        review.reject(version_id=submit(creator, key="2").pk, actor=staff, reason="No.", at=NOW)
        assert standing(creator.pk, NOW).in_force


class TestAsk:
    def test_waits_for_the_creator(self, creator, staff):
        version = submitted(creator)
        review.ask(version_id=version.pk, actor=staff, questions={"city": "Which?"}, at=NOW)
        known = standing(creator.pk, NOW)
        assert (known.word, [asked.question for asked in known.asked]) == (Word.ASKED, ["Which?"])
        assert told(creator) == ["identity_asked"]

    def test_names_one_day_the_creator_s(self, staff):
        creator = CreatorFactory(time_zone="America/New_York")
        night = NOW.replace(hour=2)
        version = submitted(creator)
        review.ask(version_id=version.pk, actor=staff, questions={"city": "Which?"}, at=night)
        assert Notice.objects.get(person=creator).facts["due_date"] == "2026-03-15"
        with timezone.override(creator.time_zone):
            assert "by March 15, 2026" in identity(Case(creator, night)).next_step

    def test_refuses_nothing_and_the_same_twice(self, creator, staff):
        version = submitted(creator)
        with pytest.raises(MissingReason):
            review.ask(version_id=version.pk, actor=staff, questions={}, at=NOW)
        with pytest.raises(MissingReason):
            review.ask(version_id=version.pk, actor=staff, questions={"city": " "}, at=NOW)
        review.ask(version_id=version.pk, actor=staff, questions={"city": "?"}, at=NOW)
        with pytest.raises(review.AlreadyAsked, match="Town was asked about already"):
            review.ask(version_id=version.pk, actor=staff, questions={"city": "?"}, at=NOW)
        assert InformationRequest.objects.count() == 1

    def test_suspends_a_verification_when_the_answer_is_overdue(self, creator, staff):
        version = review.verify(version_id=submitted(creator).pk, actor=staff, at=NOW)
        review.ask(version_id=version.pk, actor=staff, questions={"street": "Moved?"}, at=NOW)
        assert standing(creator.pk, NOW + review.ANSWER_IN - DAY).in_force
        assert standing(creator.pk, NOW + review.ANSWER_IN).word == Word.OVERDUE
        submit(creator, key="2", at=NOW + DAY)
        assert standing(creator.pk, NOW + review.ANSWER_IN).in_force
