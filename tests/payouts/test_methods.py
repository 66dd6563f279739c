import datetime as dt
import json
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from ledger.queries import platform_balances
from payouts.destinations import InvalidAccount, iban_account
from payouts.models import PayoutMethod
from payouts.operations import settlement
from payouts.operations.methods import LOCK, UnknownMethod, add_method, retire_method
from payouts.queries import diamonds_of
from payouts.states import State
from portal.models import Notice
from tests.factories.payouts import NOW, approved_payout, requested_payout
from tests.factories.people import CreatorFactory

GERMAN, DUTCH = "DE89370400440532013000", "NL91ABNA0417164300"
SAMPLES = Path(os.environ.get("PORTAL_SAMPLES", settings.BASE_DIR.parent / "shared" / "samples"))
LISTS = SAMPLES / "iban" / "iban_lists.json"
IBANS = json.loads(LISTS.read_text()) if LISTS.exists() else {}
samples_needed = pytest.mark.skipif(not IBANS, reason=f"the samples' folder {SAMPLES} is not here")


def sample(validity: str) -> list[str]:
    return [
        iban for source in ("schwifty", "validatorjs") for iban in IBANS.get(source, {}).get(validity, ())
    ]


def outcome(iban: str) -> str:
    try:
        iban_account(iban)
    except InvalidAccount as refusal:
        if refusal.field == "bic":
            return "taken"
        return "not in SEPA" if "SEPA" in str(refusal) else "invalid"
    return "taken"


class TestIbanAccount:
    @pytest.mark.parametrize(
        ("written", "iban", "bic", "country"),
        [
            (GERMAN, GERMAN, "COBADEFFXXX", "DE"),
            ("de89 3704 0044 0532 0130 00", GERMAN, "COBADEFFXXX", "DE"),
            (DUTCH, DUTCH, "ABNANL2A", "NL"),
        ],
    )
    def test_derives_the_bank_from_the_iban(self, written, iban, bic, country):
        account = iban_account(written)
        assert (account.details["iban"], account.details["bic"], account.country) == (iban, bic, country)

    def test_masks_all_but_the_ends(self):
        assert iban_account(GERMAN).masked == "DE89 •••• 3000"

    @pytest.mark.parametrize(
        ("iban", "field"),
        [
            ("DE88370400440532013000", "iban"),  # check digits
            ("DE8937040044053201300", "iban"),  # too short
            ("DE893704004405320130001", "iban"),  # too long
            ("DE8937040044053201300A", "iban"),  # a letter where a digit belongs
            ("XX89370400440532013000", "iban"),  # no such country
            ("", "iban"),
            ("not an iban", "iban"),
            ("BR9700360305000010009795493P1", "iban"),  # valid, but no SEPA country
        ],
    )
    def test_refuses_what_no_bank_would_take(self, iban, field):
        with pytest.raises(InvalidAccount) as refusal:
            iban_account(iban)
        assert refusal.value.field == field

    def test_asks_for_the_bic_of_an_unknown_bank(self):
        unknown = "MT84MALT011000012345MTLCAST001S"
        with pytest.raises(InvalidAccount, match="Add its BIC") as refusal:
            iban_account(unknown)
        assert refusal.value.field == "bic"
        assert iban_account(unknown, "MALTMTMTXXX").details["bic"] == "MALTMTMTXXX"

    def test_refuses_a_bic_that_is_none(self):
        with pytest.raises(InvalidAccount) as refusal:
            iban_account(GERMAN, "NOTABIC")
        assert refusal.value.field == "bic"

    @pytest.mark.parametrize(
        ("iban", "bic"),
        [
            (GERMAN, "DEUTFRPP123"),
            (GERMAN, "DEUTDEFF"),  # the right country, another bank
            ("MT84MALT011000012345MTLCAST001S", "COBADEFFXXX"),  # an unknown bank, another country
        ],
    )
    def test_refuses_the_bic_of_another_bank(self, iban, bic):
        with pytest.raises(InvalidAccount, match="not of the bank") as refusal:
            iban_account(iban, bic)
        assert refusal.value.field == "bic"

    @pytest.mark.parametrize("bic", ["COBADEFF", "COBADEFFXXX", "COBADEFF123"])
    def test_takes_the_bank_that_the_register_knows(self, bic):
        assert iban_account(GERMAN, bic).details["bic"] == "COBADEFFXXX"

    @samples_needed
    @pytest.mark.parametrize("iban", sample("valid"))
    def test_reads_every_valid_sample(self, iban):
        assert outcome(iban) in {"taken", "not in SEPA"}

    @samples_needed
    @pytest.mark.parametrize("iban", sample("invalid"))
    def test_refuses_every_invalid_sample(self, iban):
        assert outcome(iban) == "invalid"


@pytest.mark.django_db
class TestAddMethod:
    def add(self, owner, iban=GERMAN, at=NOW, holder="Lumi Sommer"):
        return add_method(owner=owner, holder=holder, destination=iban_account(iban), at=at)

    def test_lets_the_first_be_paid_at_once(self):
        assert self.add(CreatorFactory()).usable_from == NOW

    def test_locks_a_changed_one_for_five_days_and_retires_the_old(self):
        owner = CreatorFactory()
        old, later = self.add(owner), NOW + dt.timedelta(days=90)
        new = self.add(owner, DUTCH, later)
        old.refresh_from_db()
        assert (old.retired_at, new.usable_from) == (later, later + LOCK)
        assert dt.timedelta(days=5) == LOCK

    def test_locks_one_that_follows_a_removed_one(self):
        owner = CreatorFactory()
        retire_method(owner=owner, method_id=self.add(owner).pk, at=NOW)
        told = Notice.objects.get(kind="method_removed")
        assert (told.person, told.facts["cancelled"]) == (owner, "")
        assert self.add(owner, DUTCH).usable_from == NOW + LOCK

    def test_changes_nothing_when_it_is_the_one_in_use(self):
        owner = CreatorFactory()
        assert self.add(owner) == self.add(owner, "de89 3704 0044 0532 0130 00", NOW + LOCK)
        assert PayoutMethod.objects.count() == 1

    def test_writes_no_bank_details_in_the_clear(self):
        method = self.add(CreatorFactory())
        with connection.cursor() as cursor:
            cursor.execute("SELECT payouts_payoutmethod::text FROM payouts_payoutmethod")
            (row,) = cursor.fetchone()
        for secret in (GERMAN, "COBADEFFXXX", "Lumi Sommer"):
            assert secret not in row
        method.refresh_from_db()
        assert (method.details, method.holder) == ({"iban": GERMAN, "bic": "COBADEFFXXX"}, "Lumi Sommer")

    def test_gives_one_account_of_two_people_one_fingerprint(self):
        first, second, other = (
            self.add(CreatorFactory(), iban).fingerprint for iban in (GERMAN, GERMAN, DUTCH)
        )
        assert first == second != other

    def test_never_lets_a_payout_go_to_the_old_account(self):
        payout = approved_payout()
        self.add(payout.creator, DUTCH)
        payout.refresh_from_db()
        assert payout.state == State.CANCELLED
        assert payout.events.last().public_reason.startswith("You changed where you are paid")
        assert diamonds_of(payout.creator_id).available == payout.diamonds

    def test_lets_go_on_what_the_bank_already_has(self):
        payout = approved_payout()
        settlement.start_remitting(payout_id=payout.id, at=NOW)
        self.add(payout.creator, DUTCH)
        payout.refresh_from_db()
        assert payout.state == State.REMITTING

    def test_moves_nothing_when_refused(self):
        payout = requested_payout()
        before = platform_balances()
        with pytest.raises(InvalidAccount):
            self.add(payout.creator, "DE00")
        payout.refresh_from_db()
        assert (payout.state, payout.method.retired_at) == (State.IN_REVIEW, None)
        assert platform_balances() == before

    def test_leaves_one_in_use_whatever_happens(self):
        method = self.add(CreatorFactory())
        method.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            method.save(force_insert=True)


@pytest.mark.django_db
class TestRetireMethod:
    def test_cancels_what_waits_for_it_and_happens_once(self):
        payout = requested_payout()
        for _ in range(2):
            retire_method(owner=payout.creator, method_id=payout.method_id, at=NOW)
        payout.refresh_from_db()
        assert payout.state == State.CANCELLED
        assert payout.events.filter(to_state=State.CANCELLED).count() == 1
        assert diamonds_of(payout.creator_id).held == 0

    def test_knows_no_one_else_s(self):
        payout = requested_payout()
        with pytest.raises(UnknownMethod):
            retire_method(owner=CreatorFactory(), method_id=payout.method_id, at=NOW)
