"""What the guide to the API says, and its client does, is so."""

import importlib.util
import re
from pathlib import Path

import pytest
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

from payouts.models import PayoutRequest
from portal.scopes import SCOPES
from tests.factories.gifts import give_coins
from tests.factories.keys import issue_key
from tests.factories.payouts import PayoutMethodFactory, fix_rates, give_diamonds
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import Gift

DOCS = Path(settings.BASE_DIR) / "docs"


def client_module():
    spec = importlib.util.spec_from_file_location("portal_client", DOCS / "examples/portal_client.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(text: str, after: str) -> list[str]:
    """The first cells of the table behind this."""
    table = text.partition(after)[2].partition("\n\n")[0]
    return [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]


class TestGuide:
    text = (DOCS / "api.md").read_text()

    def test_names_every_resource_and_none_that_there_is_not(self):
        paths = SchemaGenerator().get_schema(public=True)["paths"]
        known = {path.removeprefix("/api/v1/").split("/")[0] for path in paths}
        told = {re.search("`([a-z-]+)/", cell)[1] for cell in rows(self.text, "| Resource |")}
        also = set(re.findall("`([a-z-]+)/", " ".join(rows(self.text, "| Resource |"))))
        assert (told - known, known - also) == (set(), set())
        assert set(re.findall(r"/api/v1/([a-z-]+)/", self.text)) <= known

    def test_names_every_scope(self):
        told = set(re.findall("`([a-z]+)`", " ".join(rows(self.text, "| Scope |"))))
        assert told == {scope.partition(":")[0] for scope in SCOPES}


@pytest.mark.django_db(transaction=True)
class TestClient:
    def test_sends_a_gift_and_asks_for_a_payout(self, live_server):
        fix_rates()
        viewer, lumi = UserFactory(), CreatorFactory(handle="lumi")
        give_coins(viewer, 50)
        PayoutMethodFactory(owner=lumi)
        give_diamonds(lumi, 2_000_000)
        module = client_module()
        keys = [issue_key(user=person, scopes=list(SCOPES)) for person in (viewer, lumi)]
        programs = [module.Portal(live_server.url, key) for key in keys]
        gift, payout = module.give(programs[0], "lumi"), module.cash_out(programs[1])
        assert str(Gift.objects.get().pk) == gift["id"]
        assert (str(PayoutRequest.objects.get().pk), payout["diamonds"]) == (payout["id"], "20000.00")
        assert module.cash_out(programs[1]) is None, "one payout at a time"
        with pytest.raises(module.Problem) as refused:
            programs[0].send("gifts/", {"creator": "nobody", "gift_type": "kite"})
        assert (refused.value.status, refused.value.code) == (404, "not_found")
