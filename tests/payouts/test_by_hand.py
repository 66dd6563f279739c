import datetime as dt
import io

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction
from django.urls import reverse
from PIL import Image

from ledger import vault
from ledger.queries import platform_balances
from ledger.scans import UnacceptableFile
from payouts.destinations import InvalidAccount, account_by_hand
from payouts.models import HandRecord, PayoutPolicy
from payouts.operations.by_hand import UnableToRecord, outcome, record
from payouts.operations.deliveries import ASK_AFTER, ask
from payouts.operations.methods import add_method
from payouts.operations.review import approve
from payouts.queries import diamonds_of
from payouts.rails.interface import UnreadableMessage
from payouts.rails.manual import ManualRail
from payouts.states import State
from tests.factories.payouts import NOW, PayoutMethodFactory, remit, requested_payout, reviewer, show_papers
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db
What = HandRecord.What


def receipt() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 400), "white").save(out, "PNG")
    return out.getvalue()


def payer(**facts):
    person = StaffFactory(**facts)
    person.user_permissions.add(Permission.objects.get(codename="pay_by_hand"))
    return person


@pytest.fixture
def payout(settings):
    settings.PAYOUT_RAILS = {"manual": "payouts.rails.manual.ManualRail"}
    PayoutPolicy.objects.filter(region="EU").update(methods=["manual"])
    creator = CreatorFactory()
    show_papers(creator)
    destination = account_by_hand(
        country="BR", bank_name="Banco do Brasil", bank_code="bras br rj", account="0012 3456-7"
    )
    method = add_method(owner=creator, holder="Lumi Sommer", destination=destination, at=NOW)
    payout = requested_payout(creator, method=method)
    payout = approve(payout_id=payout.id, version=payout.version, actor=reviewer(), at=NOW)
    remit(payout_id=payout.id, at=NOW)
    payout.refresh_from_db()
    return payout


def record_it(payout, what=What.PAID, **changes):
    facts = {
        "amount": payout.net,
        "booked_date": NOW.date(),
        "evidence": receipt(),
        "bank_reference": "BB-1",
        "at": NOW,
        "actor": changes.get("actor") or payer(),
    } | changes
    return record(remittance_id=payout.remittances.get().pk, what=what, **facts)


def state_of(payout) -> tuple[str, str]:
    payout.refresh_from_db()
    return payout.state, payout.remittances.get().state


class TestAccountByHand:
    def test_keeps_what_staff_need(self):
        found = account_by_hand(country="BR", bank_name=" Banco ", account="00-12 34", bank_code="x 1")
        assert found.details == {"bank_name": "Banco", "bank_code": "X1", "account": "001234"}
        assert found.masked == "BR •••• 1234"

    @pytest.mark.parametrize(
        ("field", "value"),
        [("country", "XX"), ("bank_name", " "), ("account", "1"), ("account", "12_34"), ("bank_code", "é")],
    )
    def test_refuses_what_nobody_could_pay_to(self, field, value):
        facts = {"country": "BR", "bank_name": "Banco", "account": "001234", "bank_code": ""}
        with pytest.raises(InvalidAccount) as refusal:
            account_by_hand(**facts | {field: value})
        assert refusal.value.field == field


class TestManualRail:
    def test_waits_for_a_person(self, payout):
        assert state_of(payout) == (State.REMITTING, "sent")
        remittance = payout.remittances.get()
        ask(file_id=remittance.file_id, at=NOW + 2 * ASK_AFTER)
        assert state_of(payout) == (State.REMITTING, "sent")
        assert '"account": "001234567"' in remittance.file.message

    @pytest.mark.parametrize("raw", ["", "{}", '{"what": "paid", "id": "x"}', "[]"])
    def test_reads_nothing_else(self, raw):
        with pytest.raises(UnreadableMessage):
            ManualRail().read(raw)


class TestRecord:
    def test_pays_with_the_banks_receipt(self, payout):
        made = record_it(payout)
        assert state_of(payout) == (State.PAID, "settled")
        assert outcome(made) == ""
        assert vault.read(made.file) == receipt()
        evidence = payout.events.get(to_state=State.PAID).evidence
        assert (evidence["message_id"], evidence["bank_reference"]) == (made.id.hex, "BB-1")

    def test_hands_out_no_receipt_that_is_lost(self, payout, client):
        made, reader = record_it(payout), payer()
        reader.user_permissions.add(Permission.objects.get(codename="view_handpayment"))
        client.force_login(reader)
        url = reverse("admin:payouts_handpayment_receipt", args=[made.pk])
        assert client.get(url).content == receipt()
        vault.remove(made.file)
        assert client.get(url).status_code == 404

    def test_is_not_for_who_added_the_account(self, payout):
        person = payer()
        PayoutMethodFactory(owner=person, fingerprint=payout.method.fingerprint, retired_at=NOW, papers=False)
        with pytest.raises(UnableToRecord) as refusal:
            record_it(payout, actor=person)
        assert refusal.value.code == "own_account"

    def test_fails_what_the_bank_refused(self, payout):
        record_it(payout, What.REFUSED, code="AC01", words="No such account.")
        assert state_of(payout) == (State.CANCELLED, "rejected")
        assert diamonds_of(payout.creator_id).available == payout.diamonds

    def test_returns_what_came_back(self, payout):
        record_it(payout)
        record_it(payout, What.RETURNED, code="AC04")
        assert state_of(payout) == (State.RETURNED, "returned")
        assert diamonds_of(payout.creator_id).available == payout.diamonds

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"amount": 1}, "wrong_amount"),
            ({"booked_date": NOW.date() - dt.timedelta(days=1)}, "wrong_day"),
            ({"booked_date": NOW.date() + dt.timedelta(days=1)}, "wrong_day"),
            ({"what": What.RETURNED, "code": "AC04"}, "wrong_state"),
        ],
        ids=["amount", "before", "after", "state"],
    )
    def test_refuses_what_does_not_fit(self, payout, changes, code):
        before = platform_balances()
        with pytest.raises(UnableToRecord) as refusal:
            record_it(payout, **changes)
        assert (refusal.value.code, platform_balances()) == (code, before)
        assert state_of(payout) == (State.REMITTING, "sent")
        assert not HandRecord.objects.exists()

    def test_refuses_who_may_not_who_approved_and_who_is_paid(self, payout):
        approver = payout.events.get(to_state=State.APPROVED).actor
        creator = payout.creator
        for person, code in (
            (StaffFactory(), "not_permitted"),
            (approver, "approved_by_you"),
            (creator, "own_payout"),
        ):
            if code != "not_permitted":
                person.is_staff = person.is_superuser = True
                person.save()
            with pytest.raises(UnableToRecord) as refusal:
                record_it(payout, actor=type(person).objects.get(pk=person.pk))
            assert refusal.value.code == code
        assert state_of(payout) == (State.REMITTING, "sent")

    def test_happens_once(self, payout):
        record_it(payout)
        with pytest.raises(UnableToRecord) as refusal:
            record_it(payout)
        assert refusal.value.code == "wrong_state"
        assert HandRecord.objects.count() == 1

    def test_refuses_what_is_no_receipt(self, payout):
        with pytest.raises(UnacceptableFile):
            record_it(payout, evidence=b"MZ\x90 a program")
        assert state_of(payout) == (State.REMITTING, "sent")

    def test_is_written_once(self, payout):
        made = record_it(payout)
        for change in (made.delete, lambda: HandRecord.objects.update(words="x")):
            with pytest.raises(ProgrammingError), transaction.atomic():
                change()


class TestDesk:
    LIST = "/admin/payouts/handpayment/"

    def page(self, payout) -> str:
        return f"{self.LIST}{payout.remittances.get().pk}/change/"

    def form(self, payout, **changes) -> dict:
        file = SimpleUploadedFile("receipt.png", receipt(), content_type="image/png")
        facts = {"amount": "89.65", "booked_date": str(NOW.date()), "bank_reference": "B", "evidence": file}
        facts |= {"confirmed": "1"}
        return facts | changes

    @pytest.fixture(autouse=True)
    def _clock(self):
        with time_machine.travel(NOW + dt.timedelta(hours=3)):
            yield

    def test_shows_what_to_pay_to_those_who_pay(self, client, payout):
        client.force_login(payer())
        assert payout.reference in client.get(self.LIST).content.decode()
        page = client.get(self.page(payout)).content.decode()
        for words in ("001234567", "Banco do Brasil", "Lumi Sommer", "€89.65"):
            assert words in page
        client.force_login(StaffFactory())
        assert client.get(self.LIST).status_code == 403
        assert client.get(self.page(payout)).status_code == 403

    def test_records_with_a_confirmation_and_a_receipt(self, client, payout):
        client.force_login(payer())
        address = f"{self.LIST}{payout.remittances.get().pk}/actions/paid/"
        assert client.get(address).status_code == 405
        assert "Record as paid" in client.post(address).content.decode()
        refusing = client.post(address.replace("/paid/", "/refused/")).content.decode()
        assert '<option value="" selected>' in refusing
        assert "Stripe" not in refusing
        for changes, words in (
            ({"amount": "89.64"}, "not the amount"),
            ({"booked_date": "2026-02-01"}, "before the payment was ordered"),
            ({"evidence": SimpleUploadedFile("a.png", b"nonsense")}, "something else"),
        ):
            response = client.post(address, self.form(payout, **changes))
            assert (response.status_code, words in response.content.decode()) == (422, True)
        assert state_of(payout) == (State.REMITTING, "sent")
        response = client.post(address, self.form(payout), follow=True)
        assert "is recorded as paid" in response.content.decode()
        assert state_of(payout) == (State.PAID, "settled")
        made = HandRecord.objects.get()
        answer = client.get(f"{self.LIST}receipt/{made.pk}/")
        assert (answer.content, answer["Content-Type"]) == (receipt(), "image/png")
        assert LogEntry.objects.filter(change_message__contains="Opened a receipt: Paid").count() == 1
        client.force_login(StaffFactory())
        assert client.get(f"{self.LIST}receipt/{made.pk}/").status_code == 404

    def test_is_closed_to_those_who_only_look(self, client, payout):
        client.force_login(reviewer())
        address = f"{self.LIST}{payout.remittances.get().pk}/actions/paid/"
        assert client.post(address, self.form(payout)).status_code in {403, 404}
        assert state_of(payout) == (State.REMITTING, "sent")

    def test_offers_nothing_to_who_approved_the_payout(self, client, payout):
        approver = payout.events.get(to_state=State.APPROVED).actor
        approver.user_permissions.add(Permission.objects.get(codename="pay_by_hand"))
        client.force_login(approver)
        assert not client.get(self.page(payout)).context["objectactions"]

    def test_takes_the_same_queries_for_any_number_of_rows(self, client, payout, django_assert_num_queries):
        client.force_login(payer())
        with django_assert_num_queries(7):
            client.get(self.LIST)
