import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse
from uuid_utils.compat import uuid7

from payouts.models import BankEntry, BankMessage, PaymentFile, Remittance
from payouts.operations.bank_messages import handle, keep, read_bank
from payouts.states import State
from tests.factories.payouts import NOW, approved_payout, remit
from tests.factories.people import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    """Logs in someone of the staff who holds these permissions."""

    def log_in(*permissions: str):
        person = StaffFactory()
        person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client.force_login(person)
        return client

    return log_in


VIEWS = ("view_remittance", "view_paymentfile", "view_bankmessage", "view_bankentry")


@pytest.fixture
def settled(bank):
    payouts = [approved_payout(), approved_payout()]
    for payout in payouts:
        remit(payout_id=payout.id, at=NOW)
    bank.advance()
    read_bank(at=NOW)
    keep(channel="bank", raws=["<nonsense"], at=NOW)
    handle(at=NOW)
    return payouts[0]


@pytest.fixture
def parked(bank, settings):
    """A booking that could not be applied, because we took another account for ours."""
    payout = approved_payout()
    remit(payout_id=payout.id, at=NOW)
    bank.advance()
    ours, settings.BANK_ACCOUNT_IBAN = settings.BANK_ACCOUNT_IBAN, "NL14MOCK0000000002"
    read_bank(at=NOW)
    settings.BANK_ACCOUNT_IBAN = ours
    return BankEntry.objects.get(outcome="parked")


class TestLists:
    @pytest.mark.parametrize(
        ("model", "queries"), [(Remittance, 9), (PaymentFile, 9), (BankMessage, 10), (BankEntry, 7)]
    )
    def test_take_the_same_queries_for_any_number_of_rows(
        self, desk, settled, model, queries, django_assert_num_queries
    ):
        client = desk(*VIEWS)
        url = reverse(f"admin:payouts_{model._meta.model_name}_changelist")
        with django_assert_num_queries(queries):
            page = client.get(url)
        assert page.status_code == 200
        assert model.objects.count() > 1

    @pytest.mark.parametrize("model", [Remittance, PaymentFile, BankMessage, BankEntry])
    def test_are_closed_to_those_without_the_permission(self, desk, settled, model):
        assert desk().get(reverse(f"admin:payouts_{model._meta.model_name}_changelist")).status_code == 403

    def test_find_a_payment_by_its_reference(self, desk, settled):
        page = desk(*VIEWS).get(reverse("admin:payouts_remittance_changelist"), {"q": settled.reference})
        assert page.context["cl"].result_count == 1


class TestPages:
    @pytest.mark.parametrize("model", [Remittance, PaymentFile, BankMessage, BankEntry])
    def test_show_but_never_change(self, desk, settled, model):
        client = desk(*VIEWS, *(view.replace("view", "change") for view in VIEWS))
        for row in model.objects.all():
            url = reverse(f"admin:payouts_{model._meta.model_name}_change", args=[row.pk])
            page = client.get(url)
            assert page.status_code == 200
            assert "DE89370400440532013000" not in page.content.decode()
            assert client.post(url, {"state": "settled"}).status_code == 403


class TestAPayoutsPage:
    def test_shows_its_remittances(self, desk, settled):
        client = desk(*VIEWS, "view_payoutrequest")
        page = client.get(reverse("admin:payouts_payoutrequest_change", args=[settled.pk]))
        url = reverse("admin:payouts_remittance_change", args=[settled.remittances.get().pk])
        assert url in page.content.decode()


class TestMessages:
    def test_are_downloaded_word_for_word(self, desk, settled):
        message = BankMessage.objects.filter(kind="camt.054").first()
        client = desk(*VIEWS, "add_bankmessage")
        url = reverse("admin:payouts_bankmessage_message", args=[message.pk])
        assert (
            url in client.get(reverse("admin:payouts_bankmessage_change", args=[message.pk])).content.decode()
        )
        page = client.get(url)
        assert page.content.decode() == message.raw
        assert page["Content-Disposition"].startswith("attachment;")

    def test_are_logged_whenever_somebody_looks(self, desk, settled):
        file = PaymentFile.objects.first()
        desk(*VIEWS, "hand_over_paymentfile").get(
            reverse("admin:payouts_paymentfile_message", args=[file.pk])
        )
        logged = LogEntry.objects.get(content_type__model="paymentfile", object_id=str(file.pk))
        assert logged.get_change_message() == "Downloaded the message."

    def test_are_closed_to_those_who_may_only_look_at_the_pages(self, desk, client, settled):
        file = PaymentFile.objects.first()
        url = reverse("admin:payouts_paymentfile_message", args=[file.pk])
        client = desk(*VIEWS)
        page = client.get(reverse("admin:payouts_paymentfile_change", args=[file.pk])).content.decode()
        assert (client.get(url).status_code, url in page) == (404, False)
        assert desk("hand_over_paymentfile").get(url).status_code == 404
        assert not LogEntry.objects.exists()
        client.force_login(UserFactory())
        assert client.get(url).status_code == 302

    def test_that_do_not_exist_are_not_found(self, desk):
        url = reverse("admin:payouts_bankmessage_message", args=[uuid7()])
        assert desk(*VIEWS, "add_bankmessage").get(url).status_code == 404


class TestLookAgain:
    def url(self, entry):
        return reverse("admin:payouts_bankentry_actions", args=[entry.pk, "apply_again"])

    def test_applies_what_has_been_put_right(self, desk, parked):
        page = desk(*VIEWS, "retry_payout").post(self.url(parked), follow=True)
        assert "Done: applied." in page.content.decode()
        parked.refresh_from_db()
        assert parked.remittance.payout.state == State.PAID

    def test_is_nothing_that_a_link_can_do(self, desk, parked):
        assert desk(*VIEWS, "retry_payout").get(self.url(parked)).status_code == 405
        parked.refresh_from_db()
        assert parked.outcome == "parked"

    @pytest.mark.parametrize("row", ["nonsense", "01a203fc-fe2a-76dd-8e08-10ecd0647c55"])
    def test_finds_nothing_at_an_odd_address(self, desk, db, row):
        client = desk(*VIEWS, "retry_payout")
        assert client.post(f"/admin/payouts/bankentry/{row}/actions/apply_again/").status_code == 404

    def test_is_closed_to_those_without_the_permission(self, desk, parked):
        assert desk(*VIEWS).post(self.url(parked)).status_code == 404
        parked.refresh_from_db()
        assert parked.outcome == "parked"
