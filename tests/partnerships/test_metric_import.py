"""Files of figures: what staff can take in of them, and what each row is refused for."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.models import FollowerCount, Import, Metric
from partnerships.operations import imports
from partnerships.operations.metrics import UnableToRecord, record_followers
from partnerships.queries.eligibility import eligibility
from partnerships.tasks import take_in_imports
from tests.factories.partnerships_programmes import MARCH, boss, enrol, make_programme
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db
HEAD = "Creator,Date,Country,Views,Ad revenue\n"


def bring(staff, programme, *lines: str, at=MARCH, **options) -> Import:
    return imports.upload(
        owner=staff, dialect="programme-metrics", name="m.csv", content=(HEAD + "\n".join(lines)).encode(),
        subject_id=programme.pk, at=at, **options,
    )  # fmt: skip


def bring_followers(staff, *lines: str) -> Import:
    content = ("Creator,Date,Followers\n" + "\n".join(lines)).encode()
    return imports.upload(owner=staff, dialect="followers", name="f.csv", content=content, at=MARCH)


def problems(importing: Import) -> list[str]:
    return list(importing.rows.order_by("line").values_list("problem", flat=True))


class TestMetrics:
    def test_refuse_days_that_are_not_over_and_take_the_others_in(self, client):
        staff = boss()
        enrolment = enrol(make_programme(staff))
        who = enrolment.creator.handle
        today = dt.datetime.now(dt.UTC)
        importing = bring(
            staff, enrolment.programme, f"{who},{today:%Y-%m-%d},DE,5,", f"{who},2026-03-09,DE,7,", at=today
        )
        assert problems(importing) == [f"{today:%Y-%m-%d} is not over yet (UTC).", ""]
        client.force_login(staff)
        take_in = reverse("admin:partnerships_import_actions", args=[importing.pk, "take_in"])
        assert client.post(take_in, {"confirmed": "1"}).status_code == 302
        assert Metric.objects.get().views == 7

    def test_know_currencies_whose_days_are_millions(self):
        staff = boss()
        enrolment = enrol(make_programme(staff, currency="IDR"))
        who = enrolment.creator.handle
        importing = bring(
            staff, enrolment.programme,
            f'{who},2026-03-01,ID,5,"1,200,000.000001"', f"{who},2026-03-02,ID,5,0.0000001",
            f"{who},2026-03-03,ID,5,{10**13}", f"{who},2026-03-04,ID,{10**13},0",
        )  # fmt: skip
        too_much = "A figure is below zero, or larger than any day could be."
        assert problems(importing) == ["", "Ad revenue: has more than six decimals.", too_much, too_much]
        imports.confirm(owner=staff, import_id=importing.pk, at=MARCH)
        assert Metric.objects.get().ad_revenue_micros == 1_200_000_000_001

    def test_are_read_with_the_same_few_queries(self):
        staff = boss()
        programme = make_programme(staff)
        found = []
        for rows in (2, 20):
            people = CreatorFactory.create_batch(rows)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                bring(staff, programme, *(f"{one.handle},2026-03-09,DE,7," for one in people))
            found.append(len(queries))
        assert found[0] == found[1]

    def test_are_left_alone_once_the_permission_is_gone(self, client, monkeypatch):
        programme, staff = make_programme(boss()), StaffFactory()
        staff.user_permissions.set(Permission.objects.filter(codename__in=["import_metrics", "view_import"]))
        who = enrol(programme).creator.handle
        client.force_login(staff)
        first, second = (
            bring(
                type(staff).objects.get(pk=staff.pk),
                programme,
                *(f"{who},2026-03-0{day},DE,7," for day in days),
            )
            for days in ("12", "345")
        )
        monkeypatch.setattr(imports, "AT_ONCE", 2)
        imports.confirm(owner=staff, import_id=second.pk, at=MARCH)
        staff.user_permissions.remove(Permission.objects.get(codename="import_metrics"))
        take_in = reverse("admin:partnerships_import_actions", args=[first.pk, "take_in"])
        assert client.post(take_in, {"confirmed": "1"}).status_code == 422
        take_in_imports()
        second.refresh_from_db()
        assert (second.state, problems(second)) == (
            "applied",
            ["You don't have the permission for this."] * 3,
        )
        assert not Metric.objects.exists()


class TestFollowers:
    def test_are_of_no_day_to_come(self):
        staff, creator = boss(), CreatorFactory()
        importing = bring_followers(
            staff, f"{creator.handle},2062-03-01,9000", f"{creator.handle},2026-03-10,5"
        )
        assert problems(importing) == ["2062-03-01 has not begun yet (UTC).", ""]
        imports.confirm(owner=staff, import_id=importing.pk, at=MARCH)
        with pytest.raises(UnableToRecord):
            record_followers(counts=[(creator.pk, dt.date(2026, 3, 11), 9_000)], actor=staff, at=MARCH)
        assert FollowerCount.objects.get().followers == 5

    def test_decide_from_their_own_day_on(self):
        staff, creator = boss(), CreatorFactory()
        FollowerCount.objects.create(creator=creator, date=dt.date(2062, 3, 1), followers=9_000)
        record_followers(counts=[(creator.pk, MARCH.date(), 5)], actor=staff, at=MARCH)
        (criterion, _, _) = eligibility(creator, make_programme(staff, followers=10), MARCH).criteria
        assert (criterion.have, criterion.met) == (5, False)
