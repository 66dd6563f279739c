"""Staff's pages of programmes, and the API."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from partnerships.models import Accrual, Enrolment, Import, Metric, MonthClose, Programme, ProgrammeTerms
from partnerships.operations.appeals import appeal
from partnerships.operations.closes import prepare
from tests.factories.keys import issue_key
from tests.factories.partnerships_programmes import MARCH, boss, count, enrol, make_programme, work_out
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db
CONFIRMED = {"confirmed": "1"}


def change(row) -> str:
    return reverse(f"admin:partnerships_{row._meta.model_name}_change", args=[row.pk])


def press(client, row, action: str, **fields):
    url = reverse(f"admin:partnerships_{row._meta.model_name}_actions", args=[row.pk, action])
    return client.post(url, fields)


@pytest.fixture
def staff(client):
    staff = boss()
    client.force_login(staff)
    return staff


class TestProgrammeAdmin:
    def test_adds_and_announces_after_a_look(self, client, staff):
        client.post(
            reverse("admin:partnerships_programme_add"),
            {
                "kind": "creator_fund",
                "slug": "fund",
                "name": "Fund",
                "description": "Pays.",
                "currency": "eur",
            },
        )
        programme = Programme.objects.get()
        add = reverse("admin:partnerships_programmeterms_add")
        facts = {
            "programme": programme.pk, "effective_date": f"{dt.date.today()}", "rates": "DE 2.5\n* 0.75",
            "followers": 10, "views": 0, "age": 18, "countries": "de, at", "share_per_mille": 0,
            "second_approval_above": "", "monthly_cap": "500", "good_standing": "on",
        }  # fmt: skip
        wrong = client.post(add, facts | {"monthly_cap": "5.001", "daily_cap": "0", "share_per_mille": 1001})
        found = wrong.context["adminform"].form.errors
        assert set(found) == {"monthly_cap", "daily_cap", "share_per_mille"}
        assert "Constraint" not in wrong.text
        odd = {"rates": "DE 2.5\nUnited Kingdom 1", "countries": "de, Japan, QQ"}
        said = client.post(add, facts | odd).context["adminform"].form.errors
        assert said == {
            "rates": ["Line 2: “United Kingdom” is no country's code: write GB."],
            "countries": [
                "“Japan” is no country's code: write JP.",
                "“QQ” is no country's code: write a country as its two letters, such as DE.",
            ],
        }
        assert "Line 1 has no rate" in client.post(add, facts | {"rates": "2.5"}).text
        page = client.post(add, facts)
        assert "Announce these terms?" in page.content.decode()
        for words in ("€500.00", "10 at least", "DE, AT", "needed", "€2.50 a thousand"):
            assert words in page.content.decode()
        client.post(add, facts | CONFIRMED)
        terms = ProgrammeTerms.objects.get()
        assert (terms.countries, terms.announced_by) == (["DE", "AT"], staff)
        assert (terms.daily_cap, terms.monthly_cap, terms.second_approval_above) == (None, 50_000, 0)
        assert "€500.00" in client.get(change(terms)).text
        assert (
            client.get(f"{add}?programme=fund").context["adminform"].form["monthly_cap"].value() == "500.00"
        )
        assert dict(terms.rates.values_list("country", "rpm_micros")) == {"DE": 2_500_000, "": 750_000}
        assert "€2.50" in client.get(change(programme)).content.decode()
        assert "14 days ahead" in client.post(add, facts).content.decode()

    def test_is_for_permitted_staff(self, client):
        client.force_login(StaffFactory())
        assert client.get(reverse("admin:partnerships_programme_add")).status_code == 403


class TestEnrolmentAdmin:
    def test_decides_with_a_reason_and_logs_it(self, client, staff, django_assert_num_queries):
        enrolment = enrol(make_programme(staff, reviews_applications=True))
        with django_assert_num_queries(5):
            client.get(reverse("admin:partnerships_enrolment_changelist"))
        assert "Take in: " in press(client, enrolment, "accept").content.decode()
        press(client, enrolment, "accept", **CONFIRMED)
        assert press(client, enrolment, "suspend", **CONFIRMED, reason="").status_code == 422
        press(client, enrolment, "suspend", **CONFIRMED, reason="Bought views.", internal_note="See logs.")
        assert Enrolment.objects.get().state == "suspended"
        page = client.get(change(enrolment)).content.decode()
        assert "Bought views." in page
        made = appeal(creator=enrolment.creator, programme=enrolment.programme, text="Real.", at=MARCH)
        assert press(client, made, "uphold", **CONFIRMED, answer="Yes.").status_code == 422
        client.force_login(boss())
        press(client, made, "uphold", **CONFIRMED, answer="Sorry.")
        assert Enrolment.objects.get().state == "active"


class TestMonthCloseAdmin:
    def test_shows_what_is_credited_and_takes_two(self, client, staff, django_assert_num_queries):
        programme = make_programme(staff, daily_cap=1_500)
        enrolment = enrol(programme)
        count(enrolment, staff, ("2026-01-05", "DE", 10_000))
        work_out()
        close = prepare(programme=programme, at=MARCH)
        with django_assert_num_queries(5):
            page = client.get(reverse("admin:partnerships_monthclose_changelist")).content.decode()
        assert "€15.00" in page
        page = client.get(change(close)).content.decode()
        assert "You brought figures that it pays for" in page
        assert "figures of 1 of 31 days" in page
        assert press(client, close, "approve", **CONFIRMED, version=close.version).status_code == 422
        for version in (close.version, close.version + 1):
            client.force_login(boss())
            press(client, close, "approve", **CONFIRMED, version=version)
        assert MonthClose.objects.get().state == "approved"

    def test_lists_accruals(self, client, staff, django_assert_num_queries):
        count(enrol(make_programme(staff)), staff, ("2026-01-05", "DE", 10_000))
        work_out()
        with django_assert_num_queries(7):
            assert "€20.00" in client.get(reverse("admin:partnerships_accrual_changelist")).content.decode()
        assert client.get(change(Accrual.objects.get())).status_code == 200


class TestImportAdmin:
    def test_takes_metrics_in_after_a_look(self, client, staff):
        enrolment = enrol(make_programme(staff))
        handle = enrolment.creator.handle
        text = (
            "Report of January\nHandle;Day;Viewer country;Views;Qualified views\n"
            f"@{handle};05.01.2026;Germany;12,000;10,000\nnobody;05.01.2026;DE;1;1\n{handle};06.01.2026;DE;1;2\n"
        )
        add = reverse("admin:partnerships_import_add")
        client.post(
            add, {"file": SimpleUploadedFile("m.csv", text.encode()), "subject": enrolment.programme_id}
        )
        importing = Import.objects.get()
        page = client.get(change(importing)).content.decode()
        assert "Creator: nobody is called @nobody." in page
        assert "There can&#x27;t be more qualified views than views." in page
        press(client, importing, "take_in", **CONFIRMED)
        work_out()
        assert Accrual.objects.get().amount == 2_000
        assert Metric.objects.get().told_by == staff
        answer = client.post(
            add, {"file": SimpleUploadedFile("m.csv", b"a\nb"), "subject": enrolment.programme_id}
        )
        assert answer.status_code == 422


class TestApi:
    def send(self, client, programme, *rows, person, scope="programmes:write"):
        key = issue_key(user=person, name="test", scopes=[scope])
        return client.post(
            reverse("api-programme-metrics", args=[programme.pk]),
            {"rows": list(rows)},
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )

    def test_takes_metrics_once(self, client):
        staff = boss()
        enrolment = enrol(make_programme(staff))
        row = {
            "creator": f"@{enrolment.creator.handle}", "date": "2026-01-05", "country": "DE", "views": 20_000,
            "qualified_views": 10_000, "ad_revenue": "1.5",
        }  # fmt: skip
        for changed in (1, 0):
            answer = self.send(client, enrolment.programme, row, person=staff)
            assert answer.json() == {"changed": changed, "unchanged": 1 - changed}
        assert work_out() == 1

    def test_knows_currencies_whose_days_are_millions(self, client):
        staff = boss()
        enrolment = enrol(make_programme(staff, currency="KRW"))
        row = {
            "creator": enrolment.creator.handle, "date": "2026-01-05", "country": "KR", "views": 5,
            "qualified_views": 5, "ad_revenue": "1200000.000001",
        }  # fmt: skip
        assert self.send(client, enrolment.programme, row, person=staff).json()["changed"] == 1
        assert Metric.objects.get().ad_revenue_micros == 1_200_000_000_001

    @pytest.mark.parametrize(
        ("wrong", "status", "field"),
        [
            ({"creator": "nobody"}, 400, "rows.0.creator"),
            ({"date": "2999-01-01"}, 422, "rows.0"),
            ({"views": 2**70}, 400, "rows.0.views"),
            ({"qualified_views": 9}, 422, "rows.0"),
        ],
        ids=["creator", "date", "views", "qualified"],
    )
    def test_names_rows_that_are_wrong(self, client, wrong, status, field):
        staff = boss()
        enrolment = enrol(make_programme(staff))
        row = {
            "creator": enrolment.creator.handle, "date": "2026-01-05", "country": "DE", "views": 5,
            "qualified_views": 5,
        }  # fmt: skip
        answer = self.send(client, enrolment.programme, row | wrong, person=staff)
        assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])
        assert not Metric.objects.exists()

    def test_takes_creators_in_and_lets_them_go(self, client):
        programme, creator = make_programme(boss()), CreatorFactory()
        key = issue_key(user=creator, scopes=["programmes:write"])
        options = {"headers": {"Authorization": f"Bearer {key}"}}
        address = reverse("api-enrolment", args=[programme.pk])
        assert client.delete(address, **options).status_code == 404
        for method, state in (("put", "active"), ("put", "active"), ("delete", "left"), ("delete", "left")):
            answer = getattr(client, method)(address, **options)
            assert (answer.status_code, answer.json()["enrolment"]["state"]) == (200, state)

    def test_takes_none_from_others(self, client):
        programme = make_programme(boss())
        creator = CreatorFactory()
        row = {
            "creator": creator.handle, "date": "2026-01-05", "country": "DE", "views": 5, "qualified_views": 5
        }  # fmt: skip
        assert self.send(client, programme, row, person=creator).status_code == 403
        assert self.send(client, programme, row, person=boss(), scope="programmes:read").status_code == 403
        assert not Metric.objects.exists()

    def test_shows_creators_their_programmes(self, client, django_assert_num_queries):
        staff = boss()
        enrolment = enrol(make_programme(staff, followers=0))
        make_programme(staff, slug="far", followers=100)
        count(enrolment, staff, ("2026-01-05", "DE", 10_000))
        work_out()
        client.force_login(enrolment.creator)
        with django_assert_num_queries(9):
            far, fund = client.get(reverse("api-programmes")).json()["results"]
        assert (far["eligibility"]["met"], far["enrolment"]) == (False, None)
        assert fund["terms"]["rates"][1] == {"country": "DE", "per_thousand": "2"}
        (month,) = client.get(reverse("api-programme", args=[fund["id"]])).json()["months"]
        assert month == {
            "month": "2026-01-01", "days": 1, "state": "counting",
            "earned": {"amount": 2_000, "currency": "EUR"}, "credited": {"amount": 0, "currency": "EUR"},
        }  # fmt: skip
        client.force_login(staff)
        assert client.get(reverse("api-programmes")).status_code == 403
