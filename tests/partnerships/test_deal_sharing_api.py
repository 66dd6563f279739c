"""Links and files of deals, as programs make them."""

import uuid

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ledger import vault
from partnerships.models import DealFile, DealShare
from partnerships.operations.deal_files import read_file
from partnerships.operations.deal_shares import freeze_share
from portal.models import StoredAnswer
from tests.factories.keys import issue_key
from tests.factories.papers import pdf, photograph
from tests.factories.partnerships_deals import NOW, days, deal_of
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def deal():
    return deal_of(CreatorFactory())


@pytest.fixture
def api(client, deal):
    """Sends JSON, or the form where a body holds a file."""
    bearer = f"Bearer {issue_key(user=deal.creator, scopes=['deals:read', 'deals:write'])}"

    def ask(method: str, path: str, body: dict | None = None, key: str = "", **more):
        headers = {"Authorization": bearer, "Idempotency-Key": key or uuid.uuid4().hex, **more}
        form = {} if body and "file" in body else {"content_type": "application/json"}
        return getattr(client, method)(f"/api/v1/brand-deals/{path}", body, headers=headers, **form)

    return ask


def refused(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


class TestShare:
    def test_opens_until_it_ends_or_is_revoked(self, api, client, deal):
        path = f"{deal.pk}/share/"
        assert refused(api("get", path)) == (404, "not_found")
        first, again = (api("post", path, {"days": 7}, key="k") for _ in range(2))
        assert (first.status_code, again.json()) == (201, first.json())
        told = first.json()
        assert told["expires_at"] == (NOW + days(7)).isoformat().replace("+00:00", "Z")
        assert (api("get", path).json(), DealShare.objects.count()) == (told, 1)
        assert not StoredAnswer.objects.exists()
        page = f"/{told['address'].split('/', 3)[3]}"
        assert client.get(page).status_code == 200
        assert refused(api("post", path, {"days": 8}, key="k")) == (409, "idempotency_conflict")
        other = api("post", path, {}).json()
        assert other["address"] != told["address"]
        assert client.get(page).status_code == 404
        assert api("post", path, {"days": 7}, key="k").json()["revoked_at"]
        for _ in range(2):
            assert api("delete", path).status_code == 204
        assert refused(api("get", path)) == (404, "not_found")

    def test_stays_frozen(self, api, deal):
        path = f"{deal.pk}/share/"
        api("post", path, {})
        staff = StaffFactory(is_superuser=True)
        freeze_share(share_id=DealShare.objects.get().pk, actor=staff, reason="Spam", at=NOW)
        assert api("get", path).json()["frozen_reason"] == "Spam"
        assert refused(api("post", path, {})) == (422, "frozen")
        for wrong in ({"days": 0}, {"days": 91}, {"until": "2026-03-09"}):
            assert refused(api("post", path, wrong)) == (400, "invalid"), wrong
        assert DealShare.objects.count() == 1


class TestFiles:
    def test_are_kept_once_each_and_removed(self, api, deal):
        path, content = f"{deal.pk}/files/", pdf() + b"\n" * 3_000_000  # more than a body in memory may have
        answers = [api("post", path, {"file": SimpleUploadedFile("contract.pdf", content)}) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        [kept] = api("get", path).json()["results"]
        assert [answer.json() for answer in answers] == [kept, kept]
        facts = (kept["name"], kept["content_type"], kept["size"])
        assert facts == ("contract.pdf", "application/pdf", len(content))
        assert read_file(DealFile.objects.get()) == content
        assert api("delete", f"{path}{kept['id']}/").status_code == 204
        assert refused(api("delete", f"{path}{kept['id']}/")) == (404, "not_found")

    def test_are_listed_at_a_fixed_cost(self, api, deal, django_assert_num_queries):
        path = f"{deal.pk}/files/"
        for number, content in enumerate((pdf(), photograph()), 1):
            api("post", path, {"file": SimpleUploadedFile(f"{number}.pdf", content)})
            api("get", path)
            with django_assert_num_queries(3):  # the first finds the key's person
                rows = api("get", path).json()["results"]
            assert len(rows) == number
        assert rows[0]["content_type"] == "image/png"

    def test_are_read_as_they_came(self, api, client, deal):
        path, content = f"{deal.pk}/files/", pdf()
        kept = api("post", path, {"file": SimpleUploadedFile('Zoë "B" <i>.html', content)}).json()
        client.force_login(deal.creator)
        page = client.get(reverse("partnerships:deal_file", args=[kept["id"]]))
        for told in (api("get", f"{path}{kept['id']}/content/"), page):
            assert (told.status_code, told.content) == (200, content)
            named = {name: told.headers[name] for name in ("Content-Type", "X-Content-Type-Options")}
            assert named == {"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff"}
            said = told.headers["Content-Disposition"]
            assert said == "attachment; filename*=utf-8''Zo%C3%AB%20%22B%22%20%3Ci%3E.html"
        read_as = {"accept": "application/pdf"}
        assert api("get", f"{path}{kept['id']}/content/", **read_as).status_code == 200
        vault.remove(DealFile.objects.get().file)
        assert refused(api("get", f"{path}{kept['id']}/content/", **read_as)) == (404, "not_found")

    def test_are_what_their_content_says(self, api, deal):
        path = f"{deal.pk}/files/"
        script = SimpleUploadedFile("contract.pdf", b"<script>")
        assert api("post", path, {"file": script}).status_code == 422
        assert refused(api("post", path, {"file": "words"})) == (400, "invalid")
        wrong = api("post", path, {"name": "contract.pdf"})
        assert refused(wrong) == (415, "unsupported_media_type")
        assert "multipart/form-data" in wrong.json()["detail"]
        assert not DealFile.objects.exists()


class TestOthers:
    def test_are_out_of_reach(self, api, deal):
        other = deal_of(CreatorFactory())
        file = {"file": SimpleUploadedFile("contract.pdf", pdf())}
        api("post", f"{deal.pk}/files/", file)
        [mine] = api("get", f"{deal.pk}/files/").json()["results"]
        file = {"file": SimpleUploadedFile("contract.pdf", pdf())}
        for method, path, body in (
            ("get", "share/", None),
            ("post", "share/", {}),
            ("delete", "share/", None),
            ("get", "files/", None),
            ("post", "files/", file),
            ("delete", f"files/{mine['id']}/", None),
            ("get", f"files/{mine['id']}/content/", None),
        ):
            assert refused(api(method, f"{other.pk}/{path}", body)) == (404, "not_found"), (method, path)
        assert (DealShare.objects.count(), DealFile.objects.count()) == (0, 1)
