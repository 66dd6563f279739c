import datetime as dt
import html
import uuid

import pytest
import time_machine
from django.urls import reverse

from payouts.models import PayoutMethod, PayoutRequest
from payouts.operations import settlement
from payouts.operations.bank_messages import read_bank
from payouts.operations.batches import prepare
from payouts.operations.review import hold, retry
from payouts.queries import diamonds_of
from payouts.states import State
from tests.factories.payouts import (
    NOW,
    PayoutMethodFactory,
    approved_payout,
    fix_rates,
    give_diamonds,
    remit,
    requested_payout,
    reviewer,
)
from tests.factories.people import CreatorFactory, UserFactory
from tests.payouts.pages import ADD, HOME, METHODS, NEW, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW + dt.timedelta(hours=3)):
        yield


class TestEveryPage:
    @pytest.mark.parametrize("address", [HOME, NEW, METHODS, ADD, "/studio/payouts/quote/"])
    def test_is_for_people_who_are_logged_in(self, client, address):
        assert client.get(address).status_code == 302

    @pytest.mark.parametrize("address", [HOME, NEW, METHODS, ADD])
    def test_offers_others_to_become_creators(self, client, address):
        client.force_login(UserFactory())
        response = client.get(address)
        assert (response.status_code, "Become a creator" in text(response)) == (200, True)

    def test_moves_nothing_for_others(self, client):
        client.force_login(UserFactory())
        assert client.post(NEW, {"net": "1"}).status_code == 403

    def test_knows_no_payout_of_another(self, client):
        address = f"{HOME}{requested_payout().id}/"
        for stranger in (UserFactory(), CreatorFactory()):
            client.force_login(stranger)
            assert client.get(address).status_code == 404
            assert client.post(f"{address}cancel/").status_code == 404


class TestPayouts:
    def test_shows_balances_checklist_and_next_step(self, studio):
        page = text(studio.get(HOME))
        assert "20,000.00 diamonds" in page
        assert "What stands between me and my money" in page
        assert "Nothing. Request a payout" in page

    def test_says_what_is_missing_and_no_more(self, client):
        creator = CreatorFactory()
        fix_rates()
        PayoutMethodFactory(owner=creator)
        give_diamonds(creator, 100_000)
        client.force_login(creator)
        page = text(client.get(HOME))
        assert (
            "Next step: The minimum is €45.00; this is worth €4.52. €40.48 more and you can be paid." in page
        )
        assert "review" not in page

    def test_is_whole_without_anything(self, client):
        client.force_login(CreatorFactory(country=""))
        page = text(client.get(HOME))
        assert "No payouts yet" in page
        assert "We don't know where you live" in page.replace("&#x27;", "'")
        assert "Open your profile" in page

    def test_offers_nothing_where_no_money_can_be_sent(self, client):
        fix_rates()
        client.force_login(CreatorFactory(country="US"))
        for address in (HOME, NEW, METHODS):
            page = html.unescape(text(client.get(address)))
            assert "We can't send USD to accounts in your country at present." in page
            assert "Add a bank account" not in page
        assert f'href="{NEW}"' not in client.get(HOME).content.decode()
        assert "Show the quote" not in text(client.get(NEW))
        response = client.post(NEW, {"diamonds": "1", "key": uuid.uuid4()})
        assert (response.status_code, "We can't send USD" in html.unescape(text(response))) == (422, True)

    def test_lists_every_payout_in_pages_at_a_fixed_cost(self, studio, creator, django_assert_num_queries):
        model = requested_payout(creator, diamonds=1_000_000)
        with django_assert_num_queries(21):
            studio.get(HOME)
        copies = PayoutRequest.objects.filter(pk=model.pk).values().get()
        for number in range(24):
            facts = copies | {
                "id": uuid.uuid4(), "key": str(number), "reference": f"R{number}", "state": State.PAID,
                "settlement_entry_id": model.hold_entry_id,
            }  # fmt: skip
            PayoutRequest.objects.create(**facts)
        with django_assert_num_queries(21):
            first = studio.get(HOME)
        assert first.content.decode().count('scope="row"') == 20
        assert studio.get(HOME, {"page": 2}).content.decode().count('scope="row"') == 5
        assert studio.get(HOME, {"page": "nonsense"}).status_code == 200
        PayoutRequest.objects.exclude(pk=model.pk).delete()

    def test_reads_in_the_reader_s_own_format(self, studio, creator):
        creator.language = "de"
        creator.save()
        assert "20.000,00 diamonds" in text(studio.get(HOME))


class TestPayout:
    def test_tells_what_happened_and_what_to_do(self, client):
        payout = requested_payout()
        note = "Looks like fraud to me."
        hold(
            payout_id=payout.id, version=payout.version, actor=reviewer(), reason="Send us your papers.",
            internal_note=note, at=NOW,
        )  # fmt: skip
        client.force_login(payout.creator)
        page = text(client.get(f"{HOME}{payout.id}/"))
        assert "Send us your papers." in page
        assert "we write to you when it goes on. You can also cancel it." in page
        assert note not in page

    def test_says_what_keeps_it_from_leaving(self, client, bank):
        payout = approved_payout()
        PayoutMethod.objects.filter(payouts=payout).update(retired_at=NOW)
        prepare(actor=None, at=NOW + dt.timedelta(days=1))
        client.force_login(payout.creator)
        page = text(client.get(f"{HOME}{payout.id}/"))
        assert "Something keeps it from leaving." in page
        assert f"{payout.batch_items.get().reason} It stays approved" in page
        assert "Expected in your account" not in page

    def test_names_what_to_do_after_a_payment_that_did_not_arrive(self, client, bank):
        creator = CreatorFactory()
        closed = PayoutMethodFactory(owner=creator, details={"iban": "NL84MOCK0000000003"})
        payout = approved_payout(creator, method=closed)
        remit(payout_id=payout.id, at=NOW)
        read_bank(at=NOW)
        client.force_login(creator)
        client.post(f"{HOME}{payout.id}/cancel/")
        page = text(client.get(f"{HOME}{payout.id}/"))
        assert "available again. Add another bank account, then request the payout again." in page

    def test_names_the_day_on_which_the_money_is_expected(self, client):
        payout = requested_payout()
        client.force_login(payout.creator)
        assert "Expected in your account around March 5, 2026" in text(client.get(f"{HOME}{payout.id}/"))

    @pytest.mark.parametrize("final", [False, True])
    def test_tells_why_it_failed(self, client, final):
        payout = approved_payout()
        settlement.start_remitting(payout_id=payout.id, at=NOW)
        settlement.fail(
            payout_id=payout.id, code="AC04", reason="The account is closed.", final=final,
            evidence={"secret": "raw"}, at=NOW,
        )  # fmt: skip
        client.force_login(payout.creator)
        page = text(client.get(f"{HOME}{payout.id}/"))
        assert "The account is closed." in page
        assert "raw" not in page

    def test_tells_that_it_is_sent_again(self, client):
        payout = approved_payout()
        settlement.start_remitting(payout_id=payout.id, at=NOW)
        payout = settlement.fail(payout_id=payout.id, code="AM04", at=NOW, evidence={})
        retry(payout_id=payout.id, version=payout.version, actor=reviewer(), at=NOW)
        client.force_login(payout.creator)
        assert "Approved again" in text(client.get(f"{HOME}{payout.id}/"))

    def test_is_quiet_until_something_happens(self, client):
        payout = requested_payout()
        client.force_login(payout.creator)
        address, asked = f"{HOME}{payout.id}/?seen={payout.version}", {"HX-Request": "true"}
        assert f"?seen={payout.version}" in client.get(f"{HOME}{payout.id}/").content.decode()
        assert client.get(address, headers=asked).status_code == 204
        hold(payout_id=payout.id, version=payout.version, actor=reviewer(), reason="Wait.", at=NOW)
        assert "Wait." in text(client.get(address, headers=asked))

    def test_is_nobody_else_s(self, studio):
        payout = requested_payout()
        assert studio.get(f"{HOME}{payout.id}/").status_code == 404
        assert studio.post(f"{HOME}{payout.id}/cancel/").status_code == 404
        assert studio.get(f"{HOME}{uuid.uuid4()}/").status_code == 404

    def test_costs_a_fixed_number_of_queries(self, client, django_assert_num_queries):
        payout = requested_payout()
        client.force_login(payout.creator)
        with django_assert_num_queries(8):
            client.get(f"{HOME}{payout.id}/")


class TestCancel:
    def test_gives_the_diamonds_back(self, studio, creator):
        payout = requested_payout(creator)
        page = studio.get(f"{HOME}{payout.id}/").content.decode()
        assert reverse("payouts:cancel", args=[payout.id]) in page
        response = studio.post(f"{HOME}{payout.id}/cancel/", follow=True)
        assert "What was held is available again" in text(response)
        assert diamonds_of(creator.pk).held == 0

    def test_says_that_it_comes_too_late(self, studio, creator):
        payout = approved_payout(creator)
        assert "only before approval" in text(studio.post(f"{HOME}{payout.id}/cancel/", follow=True))
        assert diamonds_of(creator.pk).held == payout.diamonds

    def test_is_never_a_link(self, studio, creator):
        assert studio.get(f"{HOME}{requested_payout(creator).id}/cancel/").status_code == 405
