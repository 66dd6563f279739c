"""Networks in the studio: what they brought, what is missing."""

import csv
import datetime as dt
import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from partnerships.models import Import, NetworkCommission
from partnerships.network_states import CommissionState
from tests.factories.partnerships_networks import AMAZON, AWIN, NOW, income, take
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
HEAD = "id,date,commission,status,currency\n"


def awin(*rows: tuple) -> str:
    """(id, day, amount, state) of each"""
    return HEAD + "".join(f"{id_},{day},{amount},{state},EUR\n" for id_, day, amount, state in rows)


class TestPages:
    @pytest.fixture(autouse=True)
    def _clock(self):
        with time_machine.travel(NOW + 2 * DAY, tick=False):
            yield

    @pytest.fixture
    def lumi(self, client):
        creator = CreatorFactory()
        client.force_login(creator)
        return creator

    def page(self, name: str, *args) -> str:
        return reverse(f"partnerships:{name}", args=args)

    def test_lead_from_a_file_to_its_months(self, client, lumi, django_assert_num_queries):
        assert "No commissions yet" in client.get(self.page("networks")).text
        new = self.page("new_import", "affiliate-networks")
        assert "Amazon Associates" in client.get(new).text
        answer = client.post(new, {"file": SimpleUploadedFile("awin.csv", AWIN.encode())})
        seen = client.get(answer["Location"])
        for words in ("Report of an affiliate network: Awin", "is none that we know", "Approved", "€104.20"):
            assert words in seen.text
        client.post(self.page("confirm_import", Import.objects.get().pk))
        with django_assert_num_queries(7):
            overview = client.get(self.page("networks")).text
        assert "March 2026" in overview
        assert "awin.csv" in overview
        assert "Undo this file" in client.get(answer["Location"]).text
        assert client.post(self.page("undo_import", Import.objects.get().pk)).status_code == 302
        assert "No commissions yet" in client.get(self.page("networks")).text

    def test_ask_beside_the_field_that_answers(self, client, lumi):
        new = self.page("new_import", "affiliate-networks")
        text = HEAD.replace(",currency", "") + "1,03/04/2026,€5.00,0\n"
        answer = client.post(new, {"file": SimpleUploadedFile("x.csv", text.encode())})
        assert answer.status_code == 422
        assert "day_order" in answer.context["form"].errors
        answer = client.post(
            new, {"file": SimpleUploadedFile("x.csv", text.encode()), "day_order": "month", "currency": "nix"}
        )
        assert list(answer.context["form"].errors) == ["currency"]

    def test_list_what_the_filter_asks_and_its_csv_is_the_same(self, client, lumi, django_assert_num_queries):
        take(lumi, AWIN)
        take(lumi, AMAZON)
        assert "Ring light" in client.get(self.page("network_commissions")).text
        asked = "?network=awin&state=approved&first=2026-03-01&last=2026-03-31&text=payback&currency=EUR"
        with django_assert_num_queries(6):
            page = client.get(self.page("network_commissions") + asked)
        assert page.context["page_obj"].paginator.count == 1
        rows = list(
            csv.DictReader(
                io.StringIO(client.get(self.page("network_commissions_csv") + asked).getvalue().decode())
            )
        )
        assert [(row["id"], row["commission"], row["sale currency"], row["sale"]) for row in rows] == [
            ("1591984036", "104.20", "GBP", "1042.00")
        ]
        assert client.get(self.page("network_commissions") + "?first=nonsense&state=x").status_code == 200

    def test_show_what_each_file_told(self, client, lumi, django_assert_num_queries):
        take(lumi, awin(("1", "2026-03-02", "5.00", "pending")), name="march.csv")
        take(lumi, awin(("1", "2026-03-02", "6.00", "approved")), at=NOW + DAY, name="april.csv")
        row = NetworkCommission.objects.get()
        with django_assert_num_queries(4):
            text = client.get(row.get_absolute_url()).text
        assert text.index("april.csv") < text.index("march.csv")
        client.force_login(CreatorFactory())
        assert client.get(row.get_absolute_url()).status_code == 404

    def test_note_what_was_paid(self, client, lumi):
        take(lumi, AMAZON)
        form = {"network": "amazon", "until": "2026-03-31"}
        assert client.post(self.page("network_payday"), form).status_code == 302
        assert "has paid all that it approved until" in client.get(self.page("networks")).text
        answer = client.post(self.page("network_payday"), form | {"until": "2026-12-31"})
        assert (answer.status_code, "has not come yet" in answer.text) == (422, True)
        assert client.post(self.page("network_payday"), {"network": "awin"}).status_code == 422
        assert {state for *_, state in income(lumi)} == {"paid"}

    def test_have_no_example_of_what_networks_make(self, client, lumi):
        assert client.get(self.page("import_example", "affiliate-networks")).status_code == 404

    def test_are_the_creators_alone(self, client):
        client.force_login(UserFactory())
        assert "It is for creators" in client.get(self.page("networks")).text
        staff = StaffFactory(is_superuser=True)
        creator = CreatorFactory()
        take(creator, AMAZON)
        client.force_login(staff)
        listed = client.get(reverse("admin:partnerships_networkcommission_changelist")).text
        assert "Ring light" in listed
        row = NetworkCommission.objects.filter(state=CommissionState.APPROVED).first()
        looked = client.get(reverse("admin:partnerships_networkcommission_change", args=[row.pk]))
        assert "_save" not in looked.text
