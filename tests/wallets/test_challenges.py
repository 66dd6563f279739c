import datetime as dt

import pytest

from tests.factories.challenges import DAY, PUBLISHER, campaign, joined
from tests.factories.gifts import NOW
from tests.factories.people import CreatorFactory, UserFactory
from wallets.challenge_states import SubmissionState
from wallets.models import CheckIn, Joining, Submission
from wallets.operations.campaigns import cancel
from wallets.operations.challenges import (
    JudgesStayOut,
    NothingToDo,
    NotInThisCountry,
    NotJoined,
    NotOpen,
    UnableToJudge,
    UnableToSubmit,
    check_in,
    join,
    judge,
    submit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def creator():
    return CreatorFactory()


@pytest.fixture
def contest(creator):
    return campaign(kind="submissions", target=1, judges=[creator], may_resubmit=True)


def send(viewer, found, key="a", **facts):
    return submit(viewer=viewer, campaign=found, key=key, at=NOW, **({"text": "My drawing"} | facts))


class TestJoin:
    def test_happens_once(self, viewer):
        found = campaign()
        assert joined(viewer, found) == joined(viewer, found, at=NOW + DAY)
        assert Joining.objects.get().time_zone == "Europe/Berlin"

    @pytest.mark.parametrize(("at", "words"), [(NOW - DAY, "not begun"), (NOW + 10 * DAY, "is over")])
    def test_is_possible_while_it_runs(self, viewer, at, words):
        with pytest.raises(NotOpen, match=words):
            joined(viewer, campaign(), at=at)

    def test_is_over_with_a_cancelled_one(self, viewer):
        with pytest.raises(NotOpen, match="cancelled"):
            joined(viewer, cancel(actor=PUBLISHER, campaign_id=campaign().pk, at=NOW))

    @pytest.mark.parametrize(("country", "may"), [("DE", True), ("FR", False), ("", False)])
    def test_is_for_its_countries(self, country, may):
        found, viewer = campaign(countries=["DE", "AT"]), UserFactory(country=country)
        if may:
            assert joined(viewer, found)
        else:
            with pytest.raises(NotInThisCountry):
                joined(viewer, found)

    def test_is_not_for_those_who_judge(self, creator, contest):
        with pytest.raises(JudgesStayOut):
            joined(creator, contest)


class TestCheckIn:
    def test_counts_once_a_day_of_the_viewers_time_zone(self, viewer):
        found = campaign(kind="check_ins", target=3)
        joined(viewer, found)
        late = NOW.replace(hour=22, minute=30)
        for moment in (late, late + dt.timedelta(minutes=15), late + dt.timedelta(minutes=31)):
            check_in(viewer=viewer, campaign=found, at=moment)
        dates = [str(row.date) for row in CheckIn.objects.order_by("date")]
        assert dates == ["2026-03-10", "2026-03-11"]

    def test_gains_no_day_by_travelling(self, viewer):
        found = campaign(kind="check_ins", target=3)
        joined(viewer, found)
        check_in(viewer=viewer, campaign=found, at=NOW)
        viewer.time_zone = "Pacific/Kiritimati"
        viewer.save()
        check_in(viewer=viewer, campaign=found, at=NOW + dt.timedelta(minutes=1))
        assert CheckIn.objects.count() == 1

    def test_needs_a_joining_and_a_challenge_of_days(self, viewer):
        found = campaign(kind="row", target=3)
        with pytest.raises(NotJoined):
            check_in(viewer=viewer, campaign=found, at=NOW)
        joined(viewer, found)
        with pytest.raises(NotOpen):
            check_in(viewer=viewer, campaign=found, at=NOW + 10 * DAY)
        other = campaign()
        joined(viewer, other)
        with pytest.raises(NothingToDo):
            check_in(viewer=viewer, campaign=other, at=NOW)
        assert not CheckIn.objects.exists()


class TestSubmit:
    def test_keeps_words_without_what_can_not_be_seen(self, viewer, contest):
        joined(viewer, contest)
        sent = send(viewer, contest, text="  One\u202e\r\ntwo\x00 ", link=" https://example.com/a ")
        assert (sent.text, sent.link, sent.state) == ("One\ntwo", "https://example.com/a", "waiting")

    def test_happens_once_a_key(self, viewer, contest):
        joined(viewer, contest)
        assert send(viewer, contest) == send(viewer, contest, text="Another")

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"text": " \u200b "}, "text"),
            ({"text": "x" * 1001}, "text"),
            ({"link": "javascript:alert(1)"}, "link"),
            ({"link": "example"}, "link"),
            ({"link": "https://example.com/" + "x" * 500}, "link"),
        ],
    )
    def test_refuses_what_makes_no_sense(self, viewer, contest, facts, field):
        joined(viewer, contest)
        with pytest.raises(UnableToSubmit) as refused:
            send(viewer, contest, **facts)
        assert refused.value.field == field
        assert not Submission.objects.exists()

    def test_waits_for_the_judge(self, viewer, contest):
        joined(viewer, contest)
        send(viewer, contest)
        with pytest.raises(UnableToSubmit, match="waits to be judged"):
            send(viewer, contest, key="b")

    @pytest.mark.parametrize("may_resubmit", [True, False])
    def test_may_be_repeated_after_a_rejection_where_that_is_allowed(self, viewer, creator, may_resubmit):
        found = campaign(kind="submissions", target=1, judges=[creator], may_resubmit=may_resubmit)
        joined(viewer, found)
        sent = send(viewer, found)
        judge(creator=creator, submission_id=sent.pk, accepted=False, reason="Too dark.", at=NOW)
        if may_resubmit:
            assert send(viewer, found, key="b")
        else:
            with pytest.raises(UnableToSubmit, match="gives one try"):
                send(viewer, found, key="b")

    def test_ends_with_what_was_asked_for(self, viewer, creator, contest):
        joined(viewer, contest)
        judge(creator=creator, submission_id=send(viewer, contest).pk, accepted=True, at=NOW)
        with pytest.raises(UnableToSubmit, match="all that this challenge asks"):
            send(viewer, contest, key="b")

    def test_needs_a_challenge_that_is_judged(self, viewer):
        found = campaign()
        joined(viewer, found)
        with pytest.raises(NothingToDo):
            send(viewer, found)


class TestJudge:
    @pytest.fixture
    def sent(self, viewer, contest):
        joined(viewer, contest)
        return send(viewer, contest)

    def decide(self, creator, sent, accepted=True, reason="", at=NOW):
        return judge(creator=creator, submission_id=sent.pk, accepted=accepted, reason=reason, at=at)

    def test_accepts_once(self, creator, sent):
        for _ in range(2):
            shown = self.decide(creator, sent)
        assert (shown.state, shown.judged_by) == (SubmissionState.ACCEPTED, creator)

    def test_says_why_not(self, creator, sent):
        with pytest.raises(UnableToJudge, match="Say why"):
            self.decide(creator, sent, accepted=False, reason=" ")
        assert self.decide(creator, sent, accepted=False, reason="Too dark.").reason == "Too dark."

    def test_is_done_once(self, creator, sent):
        self.decide(creator, sent)
        with pytest.raises(UnableToJudge, match="otherwise"):
            self.decide(creator, sent, accepted=False, reason="No.")

    def test_is_for_the_campaigns_own_judges(self, sent):
        with pytest.raises(Submission.DoesNotExist):
            self.decide(CreatorFactory(), sent)

    def test_ends_with_the_days_for_claiming(self, creator, sent):
        assert self.decide(creator, sent, at=NOW + 16 * DAY)
        with pytest.raises(UnableToJudge, match="closed"):
            self.decide(creator, sent, at=NOW + 17 * DAY)

    def test_lets_nobody_in_who_would_judge_themselves(self, creator, contest):
        with pytest.raises(JudgesStayOut):
            join(viewer=creator, campaign=contest, at=NOW)
