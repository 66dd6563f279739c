"""Files that programs bring, and what affiliate networks brought, as programs read it."""

import uuid

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from partnerships.merch_states import Platform
from partnerships.models import BrandDeal, FollowerCount, Import, MerchOrder, Metric, NetworkCommission
from partnerships.operations import imports as operations
from tests.factories.keys import issue_key
from tests.factories.partnerships_merch import store_of
from tests.factories.partnerships_networks import AMAZON, AWIN, CJ, NOW, bring, take
from tests.factories.partnerships_programmes import boss, make_programme
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db
NETWORKS = "imports/affiliate-networks/"
TWO_WAYS = "id;date;commission;status\n1;03/04/2026;1,50;approved\n"
NOUNS = ("affiliate", "deals", "merch", "programmes")


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def caller(client):
    """Makes what sends JSON, or a form where a body holds a file, in somebody's name."""

    def called(person, *scopes: str):
        scopes = scopes or [f"{noun}:{verb}" for noun in NOUNS for verb in ("read", "write")]
        bearer = f"Bearer {issue_key(user=person, scopes=list(scopes))}"

        def ask(method: str, path: str, body: dict | None = None, key: str = ""):
            headers = {"Authorization": bearer, "Idempotency-Key": key or uuid.uuid4().hex}
            form = {} if body and "file" in body else {"content_type": "application/json"}
            return getattr(client, method)(f"/api/v1/{path}", body, headers=headers, **form)

        return ask

    return called


@pytest.fixture
def creator():
    return CreatorFactory(handle="lumi")


@pytest.fixture
def api(caller, creator):
    return caller(creator)


def csv(text: str, name: str = "report.csv", **told) -> dict:
    return {"file": SimpleUploadedFile(name, text.encode()), **told}


def refused(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


class TestBringing:
    def test_tells_what_a_file_holds_and_takes_nothing_in(self, api, creator):
        told = api("post", NETWORKS, csv(AWIN, about="", locale="", day_order="", currency=""))
        assert told.status_code == 201
        seen = told.json()
        assert (seen["kind"], seen["layout"], seen["state"]) == ("affiliate-networks", "awin", "previewed")
        assert (seen["new"], seen["changed"], seen["known"], seen["refused"]) == (4, 0, 0, 2)
        assert [row["line"] for row in seen["refused_lines"]] == [6, 7]
        assert "is no day" in seen["refused_lines"][0]["problem"]
        assert {each["group"]: each["fresh"]["amount"] for each in seen["totals"]}["Approved"] == 104_20
        assert api("get", f"{NETWORKS}{seen['id']}/").json() == seen
        refusals = api("get", f"{NETWORKS}{seen['id']}/rows/?standing=refused").json()["results"]
        assert refusals == seen["refused_lines"]
        assert not NetworkCommission.objects.exists()

    def test_happens_once_with_a_key(self, api):
        first, again = (api("post", NETWORKS, csv(AWIN), key="k") for _ in range(2))
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["Idempotent-Replayed"] == "true"
        for other in (csv(CJ), csv(AWIN, name="other.csv"), csv(AWIN, locale="de")):
            assert refused(api("post", NETWORKS, other, key="k")) == (409, "idempotency_conflict")
        assert Import.objects.count() == 1

    def test_takes_files_larger_than_a_body_of_words(self, api):
        assert api("post", NETWORKS, csv(("x" * 110_000 + "\n") * 25 + AWIN)).json()["new"] == 4

    @pytest.mark.parametrize(
        ("text", "told", "status", "code", "field"),
        [
            ("", {}, 422, "empty", "file"),
            ("a,b\n1,2\n", {}, 422, "head", "file"),
            ("x" * (5 * 1024 * 1024 + 1), {}, 422, "too_large", "file"),
            (TWO_WAYS, {}, 422, "day_order", "day_order"),
            (AWIN, {"currency": "EUX"}, 400, "invalid", "currency"),
            (AWIN, {"locale": "fr"}, 400, "invalid", "locale"),
            (AWIN, {"about": "01995a90-0a1b-7c2d-8e3f-4a5b6c7d8e40"}, 400, "invalid", "about"),
            (AWIN, {"dayorder": "day"}, 400, "invalid", "dayorder"),
            (AWIN, {"file": "words"}, 400, "invalid", "file"),
        ],
        ids=["empty", "head", "large", "days", "currency", "locale", "about", "typo", "words"],
    )
    def test_refuses_what_it_cannot_read(self, api, text, told, status, code, field):
        answer = api("post", NETWORKS, csv(text) | told)
        assert refused(answer) == (status, code)
        assert list(answer.json()["errors"]) == [field]
        assert not Import.objects.exists()

    def test_reads_days_and_amounts_as_it_is_told(self, api):
        told = {"day_order": "day", "locale": "de", "currency": "chf"}
        path = f"{NETWORKS}{api('post', NETWORKS, csv(TWO_WAYS, **told)).json()['id']}/"
        api("post", f"{path}confirm/")
        row = NetworkCommission.objects.get()
        assert (row.date.isoformat(), row.amount, row.currency) == ("2026-04-03", 1_50, "CHF")

    def test_asks_for_a_form_and_a_key(self, api, client):
        assert refused(api("post", NETWORKS, {"text": AWIN})) == (415, "unsupported_media_type")
        bare = api("post", NETWORKS, csv(AWIN), key=" ")
        assert refused(bare) == (400, "invalid")
        assert not Import.objects.exists()


class TestTakingIn:
    def test_brings_commissions_and_may_be_undone(self, api):
        path = f"{NETWORKS}{api('post', NETWORKS, csv(AWIN)).json()['id']}/"
        for _ in range(2):
            done = api("post", f"{path}confirm/").json()
        assert (done["state"], done["applied"], done["can_be_undone"]) == ("applied", 4, True)
        again = api("post", NETWORKS, csv(AWIN)).json()
        assert (again["known"], again["new"], again["same"]) == (4, 0, done["id"])
        other = f"{NETWORKS}{again['id']}/"
        assert refused(api("post", f"{other}confirm/")) == (422, "nothing_to_take_in")
        assert refused(api("post", f"{other}undo/")) == (409, "not_to_be_undone")
        for _ in range(2):
            assert api("post", f"{other}discard/").json()["state"] == "discarded"
        assert refused(api("post", f"{other}confirm/")) == (409, "not_to_be_confirmed")
        assert refused(api("post", f"{path}discard/")) == (409, "not_to_be_confirmed")
        assert NetworkCommission.objects.count() == 4
        for _ in range(2):
            assert api("post", f"{path}undo/").json()["state"] == "undone"
        assert not NetworkCommission.objects.exists()

    def test_brings_orders_of_a_shop_and_deals(self, api, creator):
        shop = store_of(creator, platform=Platform.GENERIC)
        for kind, told, model in (
            ("merch-orders", {"about": str(shop.pk)}, MerchOrder),
            ("brand-deals", {}, BrandDeal),
        ):
            rows = [",".join(row) for row in operations.DIALECTS[kind].example]
            made = api("post", f"imports/{kind}/", csv("\n".join(rows), **told)).json()
            path = f"imports/{kind}/{made['id']}/"
            assert api("post", f"{path}confirm/").json()["state"] == "applied"
            assert refused(api("post", f"{path}undo/")) == (409, "not_to_be_undone")
            assert model.objects.filter(creator=creator).exists()
        odd = api("post", "imports/brand-deals/", csv("", day_order="day"))
        assert (refused(odd), list(odd.json()["errors"])) == ((400, "invalid"), ["day_order"])
        nothing = api("post", "imports/merch-orders/", csv(""))
        assert (refused(nothing), list(nothing.json()["errors"])) == ((400, "invalid"), ["about"])

    def test_brings_what_staff_counted_who_may(self, caller, creator):
        staff = boss()
        programme = make_programme(staff)
        for kind, told, text, model in (
            (
                "programme-metrics",
                {"about": str(programme.pk)},
                "Creator,Date,Country,Views\nlumi,2026-04-30,DE,9",
                Metric,
            ),
            ("followers", {}, "Creator,Date,Followers\nlumi,2026-04-30,9", FollowerCount),
        ):
            path = f"imports/{kind}/"
            for person in (creator, StaffFactory()):
                assert refused(caller(person)("post", path, csv(text, **told))) == (404, "not_found")
                assert refused(caller(person)("get", path)) == (404, "not_found")
            program = caller(staff, "programmes:read", "programmes:write")
            made = program("post", path, csv(text, **told)).json()
            assert model.objects.count() == 0
            assert program("post", f"{path}{made['id']}/confirm/").json()["applied"] == 1
            assert model.objects.count() == 1


class TestReach:
    def test_ends_at_others_files_and_shops(self, api, caller, creator):
        other = CreatorFactory()
        theirs = bring(other, AWIN)
        for method, end in (
            ("get", ""), ("get", "rows/"), ("post", "confirm/"), ("post", "discard/"), ("post", "undo/"),
        ):  # fmt: skip
            answer = api(method, f"{NETWORKS}{theirs.pk}/{end}")
            assert refused(answer) == (404, "not_found"), end
        assert api("get", NETWORKS).json()["results"] == []
        shop = store_of(other, platform=Platform.GENERIC)
        file = csv("Order,Placed,Product,Quantity,Unit price\n1,2026-03-02,Pin,1,2", about=str(shop.pk))
        assert refused(api("post", "imports/merch-orders/", file)) == (404, "not_found")
        unknown = api("post", "imports/invoices/", csv(AWIN))
        assert refused(unknown) == (404, "not_found")
        assert unknown.headers["RateLimit"], "it counts, though it is refused before the limit is asked"
        theirs.refresh_from_db()
        assert (theirs.state, Import.objects.count()) == ("previewed", 1)

    def test_ends_with_the_scope_of_the_kind(self, caller, creator):
        mine = bring(creator, AWIN)
        deals = caller(creator, "deals:read", "deals:write", "affiliate:read")
        for answer in (deals("post", NETWORKS, csv(CJ)), deals("post", f"{NETWORKS}{mine.pk}/confirm/")):
            assert refused(answer) == (403, "permission_denied")
            assert "affiliate:write" in answer.json()["detail"]
        around = deals("post", f"imports/brand-deals/{mine.pk}/confirm/")
        assert refused(around) == (404, "not_found")
        assert deals("get", f"{NETWORKS}{mine.pk}/").status_code == 200
        assert (Import.objects.get().state, NetworkCommission.objects.count()) == ("previewed", 0)


class TestNetworks:
    def test_are_told_by_month_with_what_was_paid(self, api, creator):
        assert api("get", "affiliate-networks/").json() == {"networks": []}
        for report in (AMAZON, AWIN):
            take(creator, report)
        path = "affiliate-networks/awin/payday/"
        for _ in range(2):
            amazon, awin = api("put", path, {"until": "2026-03-31"}).json()["networks"]
        assert (amazon["paid_until"], awin["paid_until"]) == (None, "2026-03-31")
        [march] = awin["months"]
        sums = {
            state: march[state]["amount"] for state in ("pending", "approved", "paid", "declined", "earned")
        }
        assert sums == {"pending": 4_26, "approved": 0, "paid": 112_20, "declined": 1_00, "earned": 116_46}
        assert api("get", "affiliate-networks/").json()["networks"] == [amazon, awin]
        late = api("put", path, {"until": "2026-05-05"})
        assert (refused(late), list(late.json()["errors"])) == ((422, "impossible_payday"), ["until"])
        assert refused(api("put", path, {})) == (400, "invalid")
        assert api("put", path, {"until": None}).json()["networks"][1]["paid_until"] is None
        for unknown in ("cj", "nobody"):
            answer = api("put", f"affiliate-networks/{unknown}/payday/", {"until": None})
            assert refused(answer) == (404, "not_found")

    def test_have_commissions_with_what_each_file_told(self, api, creator):
        first = take(creator, AWIN)
        take(creator, AWIN.replace(",4.26,2026-03-14T20:59:00,0,", ",4.26,2026-03-14T20:59:00,approved,"))
        [one] = api("get", "network-commissions/?text=99439999999&network=awin&to=2026-03-14").json()[
            "results"
        ]
        whole = api("get", f"network-commissions/{one['id']}/").json()
        told = whole.pop("told")
        assert whole == one
        assert (one["state"], one["commission"]) == ("approved", {"amount": 426, "currency": "EUR"})
        assert [(each["state"], each["line"]) for each in told] == [("pending", 2), ("approved", 2)]
        assert told[0]["file"] == str(first.pk)
        for query, count in (("state=paid", 1), ("state=approved", 2), ("currency=USD", 0), ("", 4)):
            assert len(api("get", f"network-commissions/?{query}").json()["results"]) == count, query
        assert refused(api("get", "network-commissions/?state=lost")) == (400, "invalid")
        api("put", "affiliate-networks/awin/payday/", {"until": "2026-03-31"})
        now = api("get", f"network-commissions/{one['id']}/").json()
        assert (now["state"], now["told"][-1]["state"]) == ("paid", "approved")

    def test_of_others_are_out_of_reach(self, api):
        take(CreatorFactory(), AWIN)
        theirs = NetworkCommission.objects.first()
        assert refused(api("get", f"network-commissions/{theirs.pk}/")) == (404, "not_found")
        assert api("get", "network-commissions/").json()["results"] == []
        payday = api("put", "affiliate-networks/awin/payday/", {"until": None})
        assert refused(payday) == (404, "not_found")


class TestLists:
    def test_cost_the_same_however_long(self, api, creator, django_assert_num_queries):
        for report in (AWIN, CJ):
            made = take(creator, report)
            for path, queries in (
                (NETWORKS, 2),  # the first finds the key's person
                (f"{NETWORKS}{made.pk}/", 6),
                (f"{NETWORKS}{made.pk}/rows/", 3),
                ("affiliate-networks/", 3),
                ("network-commissions/", 2),
            ):
                with django_assert_num_queries(queries):
                    assert api("get", path).status_code == 200
        assert [each["layout"] for each in api("get", NETWORKS).json()["results"]] == ["cj", "awin"]
        lines = api("get", f"{NETWORKS}{made.pk}/rows/?page_size=2").json()
        assert [row["line"] for row in lines["results"]] == [5, 6]
        assert lines["next"]
