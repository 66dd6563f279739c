"""Months as they were: sealed once, each movement a line, the lines add up."""

import csv
import datetime as dt
import hashlib
import io
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from ledger.chart import CREATOR_CASH_AVAILABLE, PROGRAMME_EXPENSE
from ledger.operations import Transfer, post
from payouts import tasks
from payouts.audits.statements import audit_statements
from payouts.models import Statement
from payouts.operations import statements as operation
from payouts.operations.settlement import return_payout
from payouts.operations.statements import seal_due
from payouts.pdfs import statement_pdf
from payouts.statement_text import BALANCE, PAYOUTS, DoesNotAddUp, read
from tests.factories.gifts import gift_from
from tests.factories.payouts import give_diamonds, paid_payout, requested_payout
from tests.factories.people import CreatorFactory, UserFactory
from wallets.operations.clearing import release_cleared

pytestmark = pytest.mark.django_db
MARCH = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
APRIL = dt.datetime(2026, 4, 10, 12, tzinfo=dt.UTC)
MAY = dt.datetime(2026, 5, 2, 1, tzinfo=dt.UTC)


def sealed(creator, at=MAY) -> list[Statement]:
    return seal_due(creator_id=creator.pk, at=at)


def part_of(statement, account, unit):
    parts = read(statement.content)[1]
    return next(part for part in parts if (part.account, part.unit) == (account, unit))


@pytest.fixture
def lumi():
    return CreatorFactory(handle="lumi", display_name="Lumi Aalto")


@pytest.fixture
def march(lumi):
    """Gifts in March, cleared in April; a payout of other diamonds paid in March and back in April."""
    viewer = UserFactory()
    for _ in range(3):
        gift_from(viewer, lumi, "inkdrop", at=MARCH)
    payout = paid_payout(lumi, at=MARCH)
    release_cleared(creator_id=lumi.pk, at=APRIL)
    return_payout(payout_id=payout.id, code="AC04", at=APRIL, evidence={})
    return payout


class TestSealDue:
    def test_tells_a_month_line_by_line(self, lumi, march):
        first, _second = sealed(lumi)
        assert str(first) == "2026-03"
        diamonds = part_of(first, BALANCE, "DIAMOND")
        assert [(line.what, line.count, line.reference, line.places) for line in diamonds.lines] == [
            ("Gifts", 3, "", (6_000, 0, 0, 0)),
            ("Set aside for a payout", 1, march.reference, (0, -2_000_000, 2_000_000, 0)),
            ("Paid out", 1, march.reference, (0, 0, -2_000_000, 0)),
            ("Test earning", 1, "", (0, 2_000_000, 0, 0)),
        ]
        assert diamonds.closing == (6_000, 0, 0, 0)
        euros = part_of(first, PAYOUTS, "EUR")
        assert [line.total for line in euros.lines] == [9_045, -45, -35]
        assert euros.total == march.net == 8_965

    def test_opens_where_the_month_before_closed(self, lumi, march):
        _first, second = sealed(lumi)
        diamonds = part_of(second, BALANCE, "DIAMOND")
        assert diamonds.opening == (6_000, 0, 0, 0)
        assert diamonds.closing == (0, 2_006_000, 0, 0)
        assert part_of(second, PAYOUTS, "EUR").total == -8_965

    def test_leaves_out_nothing_that_was_recorded_late(self, lumi, march):
        (first,) = sealed(lumi, at=dt.datetime(2026, 4, 2, 1, tzinfo=dt.UTC))
        give_diamonds(lumi, 700, at=MARCH, key="late")
        (second,) = sealed(lumi)
        late = [line for line in part_of(second, BALANCE, "DIAMOND").lines if line.date == "2026-03-10"]
        assert [line.total for line in late] == [700]
        first.refresh_from_db()
        assert first.genuine

    def test_waits_for_a_day_after_the_month(self, lumi, march):
        assert sealed(lumi, at=dt.datetime(2026, 4, 1, 23, 59, tzinfo=dt.UTC)) == []
        assert len(sealed(lumi, at=dt.datetime(2026, 4, 2, tzinfo=dt.UTC))) == 1

    def test_happens_once(self, lumi, march):
        assert len(sealed(lumi)) == 2
        assert sealed(lumi) == []

    def test_tells_of_a_quiet_month_in_which_something_was_held(self, lumi):
        give_diamonds(lumi, 100, at=MARCH)
        assert [str(statement) for statement in sealed(lumi)] == ["2026-03", "2026-04"]

    def test_skips_months_of_nothing_and_goes_on_after_them(self, lumi):
        payout = paid_payout(lumi, at=MARCH)
        sealed(lumi, at=APRIL)
        july = dt.datetime(2026, 7, 5, tzinfo=dt.UTC)
        give_diamonds(lumi, 100, at=dt.datetime(2026, 6, 5, tzinfo=dt.UTC), key="june")
        (june,) = sealed(lumi, at=july)
        assert str(june) == "2026-06"
        assert june.previous == Statement.objects.get(first_date="2026-03-01")
        assert payout.reference not in june.content

    def test_writes_nothing_for_who_never_earned(self, lumi):
        assert sealed(lumi) == []

    def test_keeps_cash_of_each_currency_apart(self, lumi):
        for unit, amount in (("EUR", 1_250), ("JPY", 500)):
            transfer = Transfer(
                PROGRAMME_EXPENSE.platform(unit), CREATOR_CASH_AVAILABLE.of(lumi.pk, unit), amount
            )
            post(kind="test_cash", key=unit, at=MARCH, transfers=[transfer])
        first = sealed(lumi)[0]
        assert part_of(first, BALANCE, "EUR").closing == (0, 1_250, 0, 0)
        assert part_of(first, BALANCE, "JPY").closing == (0, 500, 0, 0)
        assert "line,balance,JPY,2026-03-10,Test cash,,1,0,500,0,0,500" in first.content

    def test_seals_nothing_that_the_books_contradict(self, lumi, monkeypatch):
        give_diamonds(lumi, 100, at=MARCH)
        monkeypatch.setattr(
            operation, "sums_within", lambda *_: {("creator.diamonds.available", "DIAMOND"): 1}
        )
        with pytest.raises(DoesNotAddUp):
            sealed(lumi)
        assert not Statement.objects.exists()

    def test_is_a_task_of_its_own_for_each_creator(self, lumi, monkeypatch):
        give_diamonds(lumi, 100, at=MARCH)
        asked = []
        monkeypatch.setattr(tasks.seal_statements_of, "delay", asked.append)
        tasks.seal_statements()
        assert str(lumi.pk) in asked
        tasks.seal_statements_of(str(lumi.pk))
        assert Statement.objects.filter(creator=lumi).exists()


class TestTheText:
    def test_adds_up_for_whoever_reads_it_with_a_spreadsheet(self, lumi, march):
        for statement in sealed(lumi):
            rows = list(csv.DictReader(io.StringIO(statement.content)))
            accounts = {(row["account"], row["unit"]) for row in rows if row["account"]}
            for account, unit in accounts:
                mine = [row for row in rows if (row["account"], row["unit"]) == (account, unit)]
                *before, closing = mine
                for column in ("total", "pending", "available", "held", "owed"):
                    told = sum(Decimal(row[column] or 0) for row in before)
                    assert told == Decimal(closing[column] or 0)

    def test_carries_the_seal_of_the_month_before(self, lumi, march):
        first, second = sealed(lumi)
        assert first.seal == hashlib.sha256(first.content.encode()).hexdigest()
        assert first.seal in second.content

    def test_is_refused_where_it_does_not_add_up(self, lumi, march):
        content = sealed(lumi)[0].content
        with pytest.raises(DoesNotAddUp):
            read(content.replace("line,payouts,EUR,2026-03-10,Payout fee", "line,payouts,EUR,x,x", 1).replace(
                "-0.35", "-0.36", 1
            ))  # fmt: skip


class TestTheSeal:
    def test_can_not_be_changed_or_removed(self, lumi, march):
        first = sealed(lumi)[0]
        with pytest.raises(DatabaseError), transaction.atomic():
            Statement.objects.filter(pk=first.pk).update(content="")
        with pytest.raises(DatabaseError), transaction.atomic():
            Statement.objects.filter(pk=first.pk).delete()

    def test_is_read_again_by_the_audit(self, lumi, march, monkeypatch):
        sealed(lumi)
        assert audit_statements() == []
        with monkeypatch.context() as damaged:
            damaged.setattr("payouts.models.statements.seal_of", lambda content: "0" * 64)
            found = audit_statements()
        assert {finding.check for finding in found} == {"a statement is what was sealed"}


class TestThePages:
    @pytest.fixture
    def months(self, lumi, march):
        return sealed(lumi)

    def test_list_the_months_in_a_fixed_number_of_queries(
        self, client, lumi, months, django_assert_num_queries
    ):
        client.force_login(lumi)
        client.get(reverse("payouts:statements"))
        with django_assert_num_queries(5):
            page = client.get(reverse("payouts:statements")).content.decode()
        assert "March 2026" in page
        assert "Totals of 2026" in page

    def test_say_so_where_there_are_none(self, client):
        client.force_login(CreatorFactory())
        assert "No statements yet" in client.get(reverse("payouts:statements")).content.decode()
        assert "No invoices yet" in client.get(reverse("payouts:invoices")).content.decode()

    def test_show_a_month_with_its_lines_and_seal(self, client, lumi, months, march):
        client.force_login(lumi)
        page = client.get(reverse("payouts:statement", args=["2026-03"])).content.decode()
        assert march.reference in page
        assert months[0].seal in page
        assert "89.65" in page

    def test_hand_out_the_very_text_that_was_sealed(self, client, lumi, months):
        client.force_login(lumi)
        answer = client.get(reverse("payouts:statement_csv", args=["2026-03"]))
        assert hashlib.sha256(answer.content).hexdigest() == months[0].seal
        assert answer.headers["Content-Disposition"] == 'attachment; filename="statement-2026-03.csv"'

    def test_hand_out_a_pdf(self, client, lumi, months):
        client.force_login(lumi)
        answer = client.get(reverse("payouts:statement_pdf", args=["2026-03"]))
        assert answer.content.startswith(b"%PDF")
        assert statement_pdf(months[0]) == answer.content

    @pytest.mark.parametrize("month", ["2026-02", "march", "2026-13", "0000-01"])
    def test_know_no_other_month(self, client, lumi, months, month):
        client.force_login(lumi)
        assert client.get(f"/studio/statements/{month}/").status_code == 404

    def test_belong_to_their_creator_alone(self, client, months):
        client.force_login(CreatorFactory())
        for name, argument in (
            ("statement", "2026-03"), ("statement_csv", "2026-03"), ("statement_pdf", "2026-03"),
            ("invoice", 1), ("tax_year", 2026),
        ):  # fmt: skip
            assert client.get(reverse(f"payouts:{name}", args=[argument])).status_code == 404

    def test_list_invoices_and_hand_them_out(self, client, lumi, months, django_assert_num_queries):
        client.force_login(lumi)
        client.get(reverse("payouts:invoices"))
        with django_assert_num_queries(4):
            page = client.get(reverse("payouts:invoices")).content.decode()
        assert "-00001" in page
        assert "Credits SB" in page
        for number in (1, 2):
            assert client.get(reverse("payouts:invoice", args=[number])).content.startswith(b"%PDF")


class TestVerify:
    def test_shows_anyone_what_the_seal_is_on(self, client, lumi, march):
        first = sealed(lumi)[0]
        answer = client.get(reverse("payouts:verify"), {"seal": f" {first.seal.upper()} "})
        page = answer.content.decode()
        assert "This seal is genuine" in page
        assert "Lumi Aalto" in page
        assert "89.65" in page
        assert march.reference not in page  # the closing figures are enough
        assert answer.headers["X-Robots-Tag"] == "noindex"

    @pytest.mark.parametrize("seal", ["0" * 64, "x", "' OR 1=1", "\x00"])
    def test_says_that_it_knows_no_such_seal(self, client, seal):
        answer = client.get(reverse("payouts:verify"), {"seal": seal})
        assert answer.status_code == 404
        assert "We set no such seal" in answer.content.decode()

    def test_asks_for_one(self, client):
        assert client.get(reverse("payouts:verify")).status_code == 200

    def test_says_that_a_text_was_changed(self, client, lumi, march, monkeypatch):
        first = sealed(lumi)[0]
        with monkeypatch.context() as damaged:
            damaged.setattr("payouts.models.statements.seal_of", lambda content: "0" * 64)
            page = client.get(reverse("payouts:verify"), {"seal": first.seal}).content.decode()
        assert "This statement is damaged" in page
        assert "89.65" not in page


def test_an_open_payout_is_told_as_held(lumi):
    requested_payout(lumi, at=MARCH)
    assert part_of(sealed(lumi)[0], BALANCE, "DIAMOND").closing == (0, 0, 2_000_000, 0)


class TestTheApi:
    def test_lists_months_and_tells_one(self, client, lumi, march, django_assert_num_queries):
        months = sealed(lumi)
        client.force_login(lumi)
        client.get("/api/v1/statements/")
        with django_assert_num_queries(3):
            listed = client.get("/api/v1/statements/").json()["results"]
        assert [(row["month"], row["seal"]) for row in listed] == [
            (str(month), month.seal) for month in reversed(months)
        ]
        one = client.get("/api/v1/statements/2026-03/").json()
        diamonds, euros = one["parts"]
        assert diamonds["closing"] == {
            "pending": "60.00", "available": "0.00", "held": "0.00", "owed": "0.00", "total": "60.00",
        }  # fmt: skip
        assert (euros["account"], euros["closing"]) == ("payouts", {"total": "89.65"})
        text = client.get("/api/v1/statements/2026-03/csv/", headers={"Accept": "text/csv"})
        assert hashlib.sha256(text.content).hexdigest() == months[0].seal

    def test_knows_no_one_else_s(self, client, lumi, march):
        sealed(lumi)
        client.force_login(CreatorFactory())
        assert client.get("/api/v1/statements/2026-03/").status_code == 404
        refused = client.get("/api/v1/statements/2026-03/csv/", headers={"Accept": "text/csv"})
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
        assert client.get("/api/v1/statements/").json()["results"] == []
