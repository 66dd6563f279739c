"""Files that people bring, from the form to what came of them: by staff and by creators."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from partnerships.models import Metric, NetworkCommission
from partnerships.models.programmes import ProgrammeKind
from tests.browser.walk import Walk
from tests.factories.partnerships_networks import AWIN
from tests.factories.partnerships_programmes import boss, make_programme
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db(transaction=True)
METRICS = (
    "Creator,Date,Country,Views,Ad revenue\nlumi,2026-03-02,DE,12000,31.415926\nlumi,2026-03-02,AT,900,2.50\n"
    "nobody,2026-03-02,DE,1,0\n"
)


def bring(page: Page, text: str) -> None:
    file = {"name": "report.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main, #content").get_by_role("button", name="Show what it holds").click()


def test_files_are_shown_before_they_are_taken_in(page, live_server, login):
    staff, lumi = boss(), CreatorFactory(handle="lumi")
    programme = make_programme(staff, ProgrammeKind.AD_REVENUE, slug="ads")
    login(page, staff)
    page.goto(
        f"{live_server.url}{reverse('admin:partnerships_import_add')}"
        f"?dialect=programme-metrics&subject={programme.pk}"
    )
    bring(page, METRICS)
    expect(page.locator("#content")).to_contain_text("Together in EUR, ad revenue")
    expect(page.locator("#content")).to_contain_text("€33.92")
    expect(page.locator("#content")).to_contain_text("nobody is called @nobody")
    assert not Metric.objects.exists()
    page.get_by_role("button", name="Take it in").click()
    page.get_by_role("button", name="Take it in").click()
    expect(page.locator(".messagelist")).to_contain_text("Taken in, without the 1 refused.")
    assert Metric.objects.filter(creator=lumi, programme=programme).count() == 2

    login(page, lumi)
    walk = Walk(page, live_server.url)
    page.goto(live_server.url + reverse("partnerships:networks"))
    page.get_by_role("link", name="Bring a report").first.click()
    bring(page, AWIN)
    expect(page.get_by_role("main")).to_contain_text("is none that we know")
    walk.look("preview")
    page.get_by_role("button", name="Take them in").click()
    walk.follow(page.get_by_role("link", name="See what came of it"), "networks")
    page.get_by_role("link", name="March 2026").click()
    page.get_by_role("main").get_by_role("link", name="99440000001").click()
    expect(page.get_by_role("main")).to_contain_text("£1,042.00")
    walk.look("commission")
    page.get_by_role("link", name="report.csv").click()
    page.get_by_role("button", name="Undo this file").click()
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_role("main")).to_contain_text("holds no more")
    assert not NetworkCommission.objects.exists()
    assert walk.wrong == []
