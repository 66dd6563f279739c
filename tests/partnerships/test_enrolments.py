import datetime as dt

import pytest
from django.urls import reverse

from ledger.chart import VIEWER_COINS
from ledger.operations import freeze
from partnerships.models import Appeal, Enrolment, EnrolmentEvent, ProgrammeTerms
from partnerships.operations import enrolments
from partnerships.operations.appeals import appeal, decide_appeal
from partnerships.operations.enrolments import (
    NotEligible,
    WrongState,
    accept,
    apply,
    leave,
    refuse,
    resume,
    suspend,
)
from partnerships.operations.programmes import NotPermitted, UnableToAnnounce, announce_terms
from partnerships.queries.eligibility import eligibility
from portal.models import Notice
from tests.factories.partnerships_programmes import (
    MARCH,
    START,
    boss,
    count,
    enrol,
    follow,
    make_programme,
    work_out,
)
from tests.factories.people import CreatorFactory, StaffFactory
from tests.partnerships.test_accruals import accrued

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def told(creator) -> list[str]:
    return list(Notice.objects.filter(person=creator).order_by("id").values_list("kind", flat=True))


class TestEligibility:
    def test_tells_what_is_there_and_what_is_missing(self):
        staff = boss()
        programme = make_programme(staff, followers=1_000, views=10_000, age=21, countries=["US", "DE"])
        creator = CreatorFactory(birth_date=dt.date(2005, 3, 11))
        other = enrol(make_programme(staff, slug="other"), creator)
        other.programme = programme
        count(
            other, staff, ("2026-02-07", "DE", 900), ("2026-02-08", "DE", 4_000), ("2026-03-09", "US", 2_000)
        )
        follow(creator, staff, 750)
        found = eligibility(creator, programme, MARCH)
        assert [(each.code, each.met, each.have, each.need) for each in found.criteria] == [
            ("followers", False, 750, 1_000),
            ("views", False, 6_000, 10_000),
            ("age", False, 20, 21),
            ("country", True, None, None),
            ("standing", True, None, None),
        ]
        assert found.missing[0].next_step.startswith("250 more followers")
        assert (found.met, found.percent) == (False, (75 + 60 + 95 + 100 + 100) // 5)

    def test_sees_a_frozen_wallet(self):
        creator = CreatorFactory()
        freeze([VIEWER_COINS.of(creator.pk)])
        found = eligibility(creator, make_programme(boss()), MARCH)
        assert [each.code for each in found.missing] == ["standing"]


class TestApply:
    def test_takes_in_who_meets_the_criteria_and_says_so_once(self):
        programme, creator = make_programme(boss()), CreatorFactory()
        for _ in range(2):
            assert apply(creator=creator, programme=programme, at=START).state == "active"
        assert told(creator) == ["programme_enrolled"]

    def test_refuses_others_and_names_what_is_missing(self):
        programme, creator = make_programme(boss(), followers=10), CreatorFactory()
        with pytest.raises(NotEligible, match="10 more followers"):
            apply(creator=creator, programme=programme, at=START)
        assert not Enrolment.objects.exists()

    def test_waits_for_staff_where_the_programme_says_so(self):
        staff = boss()
        programme = make_programme(staff, reviews_applications=True)
        mine, theirs = enrol(programme), enrol(programme)
        assert mine.state == "applied"
        assert accept(enrolment_id=mine.pk, actor=staff, at=MARCH).periods.get().first_date == MARCH.date()
        refuse(enrolment_id=theirs.pk, actor=staff, reason="Not yet.", at=MARCH)
        assert told(theirs.creator) == ["programme_refused"]
        assert enrol(programme, theirs.creator, at=MARCH).state == "applied"
        with pytest.raises(WrongState):
            refuse(enrolment_id=mine.pk, actor=staff, reason="Not yet.", at=MARCH)


class TestSuspend:
    def test_stops_the_days_and_resuming_starts_them_again(self):
        staff = boss()
        enrolment = enrol(make_programme(staff))
        suspend(enrolment_id=enrolment.pk, actor=staff, reason="Bought views.", at=START + 4 * DAY)
        resume(enrolment_id=enrolment.pk, actor=staff, reason="Explained.", at=START + 6 * DAY)
        count(enrolment, staff, *((f"2026-01-0{day}", "DE", 10_000) for day in range(4, 9)))
        work_out()
        assert [day for day, *_ in accrued(enrolment)] == ["2026-01-04", "2026-01-07", "2026-01-08"]
        assert told(enrolment.creator) == ["programme_enrolled", "programme_suspended", "programme_resumed"]

    def test_needs_a_reason_and_another_person(self):
        staff = boss(is_creator=True)
        programme = make_programme(staff)
        enrolment, own = enrol(programme), enrol(programme, staff)
        with pytest.raises(enrolments.MissingReason):
            suspend(enrolment_id=enrolment.pk, actor=staff, reason=" ", at=MARCH)
        for row, actor in ((own, staff), (enrolment, StaffFactory())):
            with pytest.raises(NotPermitted):
                suspend(enrolment_id=row.pk, actor=actor, reason="Bought views.", at=MARCH)
        assert EnrolmentEvent.objects.filter(code="suspended").count() == 0


class TestDecideAppeal:
    def suspended(self):
        staff = boss()
        enrolment = enrol(make_programme(staff))
        suspend(enrolment_id=enrolment.pk, actor=staff, reason="Bought views.", at=START + 4 * DAY)
        count(enrolment, staff, ("2026-01-05", "DE", 10_000))
        work_out()
        assert accrued(enrolment) == []
        made = appeal(
            creator=enrolment.creator, programme=enrolment.programme, text="Real.", at=START + 5 * DAY
        )
        return staff, enrolment, made

    def test_upheld_is_as_if_it_had_never_been(self):
        staff, enrolment, made = self.suspended()
        with pytest.raises(NotPermitted):
            decide_appeal(appeal_id=made.pk, actor=staff, upheld=True, answer="Yes.", at=MARCH)
        decide_appeal(appeal_id=made.pk, actor=boss(), upheld=True, answer="Sorry.", at=MARCH)
        work_out()
        assert accrued(enrolment) == [("2026-01-05", 2_000, "")]
        assert told(enrolment.creator)[-1] == "programme_appeal_upheld"

    def test_dismissed_is_the_end_of_it(self):
        _, enrolment, made = self.suspended()
        decide_appeal(appeal_id=made.pk, actor=boss(), upheld=False, answer="No.", at=MARCH)
        with pytest.raises(WrongState):
            appeal(creator=enrolment.creator, programme=enrolment.programme, text="But!", at=MARCH)
        with pytest.raises(WrongState):
            decide_appeal(appeal_id=made.pk, actor=boss(), upheld=True, answer="Hm.", at=MARCH)
        enrolment.refresh_from_db()
        assert enrolment.state == "suspended"


class TestLeave:
    def test_ends_with_today_and_a_way_back(self):
        staff = boss()
        enrolment = enrol(make_programme(staff))
        left = leave(creator=enrolment.creator, programme=enrolment.programme, at=START + DAY)
        assert left.periods.get().last_date == dt.date(2026, 1, 2)
        enrol(enrolment.programme, enrolment.creator, at=START + DAY)
        assert [row.first_date.day for row in left.periods.all()] == [1, 3]

    def test_ends_no_suspension(self, client):
        staff = boss()
        enrolment = enrol(make_programme(staff))
        creator, programme = enrolment.creator, enrolment.programme
        suspend(enrolment_id=enrolment.pk, actor=staff, reason="Bought views.", at=START + DAY)
        made = appeal(creator=creator, programme=programme, text="Real.", at=START + DAY)
        client.force_login(creator)
        leaving, applying = (
            reverse(f"partnerships:{name}_programme", args=["fund"]) for name in ("leave", "apply_to")
        )
        client.post(leaving)
        made.refresh_from_db()
        assert (made.state, made.decided_by, made.decided_at is None) == ("withdrawn", None, False)
        with pytest.raises(WrongState):
            decide_appeal(appeal_id=made.pk, actor=boss(), upheld=True, answer="Yes.", at=MARCH)
        assert (
            "You left while you were suspended"
            in client.get(reverse("partnerships:programme", args=["fund"])).text
        )
        client.post(applying)
        enrolment.refresh_from_db()
        assert enrolment.state == "applied"
        refuse(enrolment_id=enrolment.pk, actor=staff, reason="No.", at=MARCH)
        client.post(applying)
        count(enrolment, staff, ("2026-01-01", "DE", 10_000), ("2026-01-05", "DE", 10_000))
        work_out()
        assert accrued(enrolment) == [("2026-01-01", 2_000, "")]
        accept(enrolment_id=enrolment.pk, actor=staff, at=MARCH)
        leave(creator=creator, programme=programme, at=MARCH)
        assert apply(creator=creator, programme=programme, at=MARCH).state == "active"

    def test_is_for_those_who_take_part(self):
        with pytest.raises(enrolments.UnknownEnrolment):
            leave(creator=CreatorFactory(), programme=make_programme(boss()), at=START)


class TestAnnounceTerms:
    def test_gives_those_who_live_by_it_fourteen_days(self):
        staff = boss()
        enrolment = enrol(make_programme(staff))
        new = ProgrammeTerms(
            programme=enrolment.programme, effective_date=dt.date(2026, 3, 23), reason="Less."
        )
        with pytest.raises(UnableToAnnounce, match="2026-03-24 or later"):
            announce_terms(terms=new, rates={"": 1}, actor=staff, at=MARCH)
        new.effective_date += DAY
        announce_terms(terms=new, rates={"": 1}, actor=staff, at=MARCH)
        assert told(enrolment.creator)[-1] == "programme_terms"

    def test_refuses_a_fund_that_pays_nothing(self):
        with pytest.raises(UnableToAnnounce, match="at least one rate"):
            make_programme(boss(), rates={})
        assert ProgrammeTerms.objects.count() == 0


class TestPages:
    def test_show_progress_take_in_and_let_go(self, client, django_assert_num_queries):
        staff = boss()
        make_programme(staff, followers=1_000, slug="far")
        programme, creator = make_programme(staff), CreatorFactory()
        client.force_login(creator)
        with django_assert_num_queries(9):
            page = client.get(reverse("partnerships:programmes")).text
        assert "1,000 more followers" in page
        assert "€2.00 for 1,000 views" in page
        for name, state in (("apply_to_programme", "active"), ("leave_programme", "left")):
            client.post(reverse(f"partnerships:{name}", args=[programme.slug]))
            assert Enrolment.objects.get().state == state
        client.post(reverse("partnerships:apply_to_programme", args=["far"]))
        assert Enrolment.objects.filter(state="active").count() == 0

    def test_show_each_day_and_what_was_reversed(self, client, django_assert_num_queries):
        staff = boss()
        enrolment = enrol(make_programme(staff, daily_cap=1_500))
        for views in (10_000, 500):
            count(enrolment, staff, ("2026-01-05", "DE", views), ("2026-01-06", "DE", 9_000))
            work_out()
        client.force_login(enrolment.creator)
        page = reverse("partnerships:programme", args=["fund"])
        with django_assert_num_queries(14):
            text = client.get(page, {"month": "2026-01"}).text
        assert "€15.00 reversed on" in text
        assert "Cap of the day: €18.00 without it" in text
        assert "<svg" in text
        assert client.get(page, {"month": "2026-13"}).status_code == 404

    def test_take_an_appeal(self, client):
        staff = boss()
        enrolment = enrol(make_programme(staff))
        suspend(enrolment_id=enrolment.pk, actor=staff, reason="Bought views.", at=MARCH)
        client.force_login(enrolment.creator)
        url = reverse("partnerships:appeal", args=["fund"])
        assert client.post(url, {"text": ""}).status_code == 422
        assert client.post(url, {"text": "They were real."}).status_code == 302
        assert "They were real." in client.get(reverse("partnerships:programme", args=["fund"])).text
        assert Appeal.objects.get().state == "open"
