import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from partnerships.imports import (
    BadRow,
    Cells,
    Column,
    Dialect,
    Layout,
    Reading,
    Row,
    UnreadableFile,
    table_of,
)
from partnerships.models import Import, ImportRow
from partnerships.operations import imports as operations
from partnerships.queries.imports import preview
from partnerships.tasks import take_in_imports
from tests.factories.people import CreatorFactory

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
COLUMNS = (Column("id", ("Order", "Order ID")), Column("date", ("Date",)), Column("earned", ("Earned",)))
LAYOUTS = (Layout("", "Sales", COLUMNS),)
HEAD = "Order,Date,Earned\r\n"


@pytest.fixture
def sales(monkeypatch):
    """A dialect that keeps what it takes in here: {identity: facts}."""
    table = {}

    def read(cells, *, owner, subject, at):
        if cells.text("id") == "Total":
            return None
        facts = {
            "id": cells.text("id"),
            "date": cells.day("date").isoformat(),
            "earned": cells.parts("earned", "EUR"),
        }
        return Row(facts["id"], facts, f"Order {facts['id']}", facts["earned"], "EUR")

    dialect = Dialect(
        code="sales",
        label="Sales",
        columns=COLUMNS,
        read=read,
        known=lambda identities, *, owner, subject: {one: table[one] for one in identities if one in table},
        apply=lambda rows, *, owner, subject, at: table.update({row["id"]: dict(row) for row in rows}),
        example=(("Order", "Date", "Earned"), ("A-1", "2026-03-02", "12.50")),
    )
    monkeypatch.setitem(operations.DIALECTS, "sales", dialect)
    return table


def upload(owner, text: str, **options) -> Import:
    return operations.upload(
        owner=owner, dialect="sales", name="sales.csv", content=text.encode(), at=NOON, **options
    )


class TestTableOf:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "latin-1", "cp1252"])
    def test_reads_any_encoding_and_delimiter_below_title_lines(self, encoding):
        text = (
            'Fees of März\r\n\r\nOrder;Note;DATE;earned\r\nA-1;"two\nlines";2026-03-02;1,5\r\n\r\nÄ-2;x\r\n'
        )
        content = text.encode(encoding)
        if encoding == "utf-16-be":
            content = b"\xfe\xff" + content
        table = table_of(content, LAYOUTS)
        assert [(line.number, line.values["id"]) for line in table.lines] == [(4, "A-1"), (7, "Ä-2")]
        assert table.lines[1].values["earned"] == ""

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"  \n", "empty"),
            (b"Order,Date,Earned\nA\0,b,c", "type"),
            (b"PK\x03\x04rest", "type"),
            (b"%PDF-1.7", "type"),
            (b"\xff\xfea", "encoding"),
            (b"Order,Date\n1,2", "head"),
            (b"Order,Date,Earned\n\n", "no_rows"),
            (b"Order,Date,Earned\n" + b"x" * (5 * 1024 * 1024), "too_large"),
            (b"Order,Date,Earned\n" + b"1,2,3\n" * 50_001, "too_long"),
        ],
        ids=["empty", "nul", "workbook", "pdf", "half", "head", "no rows", "large", "long"],
    )
    def test_refuses_what_is_no_such_file(self, content, code):
        with pytest.raises(UnreadableFile) as refusal:
            table_of(content, LAYOUTS)
        assert refusal.value.code == code

    def test_names_lines_that_lost_their_cells(self):
        text = HEAD + "A,b,c,d\n" + '"A,b,c\n' + "B,2026-03-02,1\n" * 30
        assert [bool(line.problem) for line in table_of(text.encode(), LAYOUTS).lines] == [True, True]


class TestCells:
    @pytest.mark.parametrize(
        ("locale", "written", "value"),
        [
            ("en", "1,234.56", "1234.56"), ("en", "$ 1,234.56", "1234.56"), ("en", "-$5.00", "-5.00"),
            ("en", "(12.30)", "-12.30"), ("en", "($1,012.30)", "-1012.30"), ("en", "−3", "-3"),
            ("en", "7.5-", "-7.5"), ("en", ".5 EUR", "0.5"), ("en", "1 234 567", "1234567"),
            ("en", "1,00,000.00", "100000"),
            ("de", "1.234,56 €", "1234.56"), ("de", "-0,5", "-0.5"),
        ],
    )  # fmt: skip
    def test_reads_numbers_as_exports_write_them(self, locale, written, value):
        assert Cells({"n": written}, {}, Reading(locale=locale)).number("n") == Decimal(value)

    @pytest.mark.parametrize("written", ["1,23", "1.234,56", "1.", "12x", "--5", "1e9", "NaN", "", "9" * 40])
    def test_refuses_other_numbers(self, written):
        with pytest.raises(BadRow, match=r"^Earned: "):
            Cells({"n": written}, {"n": "Earned"}).number("n")

    @pytest.mark.parametrize(
        "written", ["2026-03-31", "2026-03-31T10:20:30Z", "31.03.2026", "31 Mar 2026", "March 31, 2026"]
    )
    def test_reads_days(self, written):
        assert Cells({"d": written}, {}).day("d") == dt.date(2026, 3, 31)

    @pytest.mark.parametrize("written", ["2026-02-30", "03/04/2026", "2026", "tomorrow", "31.13.2026"])
    def test_refuses_days_that_are_none_or_two(self, written):
        with pytest.raises(BadRow):
            Cells({"d": written}, {}).day("d")

    def test_never_rounds_an_amount(self):
        with pytest.raises(BadRow, match=r"has more\.$"):
            Cells({"n": "1.005"}, {}).parts("n", "EUR")


@pytest.mark.django_db
class TestUpload:
    def test_keeps_rows_and_names_bad_lines(self, sales):
        owner = CreatorFactory()
        text = HEAD + "A,2026-03-02,1.50\nB,2026-02-30,2\nA,2026-03-02,1.50\nA,2026-03-03,9\nTotal,,\n"
        importing = upload(owner, text)
        assert [(row.line, bool(row.problem)) for row in importing.rows.all()] == [
            (2, False),
            (3, True),
            (5, True),
        ]
        assert importing.rows.get(line=3).problem.startswith("Date: “2026-02-30” is no day")
        assert importing.rows.get(line=5).problem == "Line 2 is about the same and says something else."
        seen = preview(importing)
        assert (seen.new, seen.refused, seen.totals[0].amount) == (1, 2, 150)
        assert sales == {}

    def test_is_for_creators_alone(self, sales):
        owner = CreatorFactory(is_creator=False)
        with pytest.raises(operations.UnknownDialect):
            upload(owner, HEAD + "A,2026-03-02,1\n")


@pytest.mark.django_db
class TestConfirm:
    def test_takes_rows_in_once(self, sales):
        owner = CreatorFactory()
        first = upload(owner, HEAD + "A,2026-03-02,1\nB,2026-03-02,2\n")
        operations.confirm(owner=owner, import_id=first.pk, at=NOON)
        assert {one: row["earned"] for one, row in sales.items()} == {"A": 100, "B": 200}
        overlapping = upload(owner, HEAD + "B,2026-03-02,2\nA,2026-03-02,4\nC,2026-03-02,3\n")
        assert [row.standing for row in overlapping.rows.all()] == ["known", "changed", "new"]
        operations.confirm(owner=owner, import_id=overlapping.pk, at=NOON)
        assert {one: row["earned"] for one, row in sales.items()} == {"A": 400, "B": 200, "C": 300}
        again = upload(owner, HEAD + "B,2026-03-02,2\nA,2026-03-02,4\nC,2026-03-02,3\n")
        assert preview(again).same == overlapping
        with pytest.raises(operations.NothingToTakeIn):
            operations.confirm(owner=owner, import_id=again.pk, at=NOON)

    def test_leaves_many_rows_to_the_task(self, sales, monkeypatch):
        monkeypatch.setattr(operations, "AT_ONCE", 2)
        owner = CreatorFactory()
        importing = upload(owner, HEAD + "".join(f"{n},2026-03-02,1\n" for n in range(5)))
        assert operations.confirm(owner=owner, import_id=importing.pk, at=NOON).state == "confirmed"
        assert (operations.apply_next(import_id=importing.pk, at=NOON), len(sales)) == (2, 2)
        assert preview(importing).percent == 40
        take_in_imports()
        importing.refresh_from_db()
        assert (importing.state, len(sales)) == ("applied", 5)

    def test_refuses_what_was_discarded(self, sales):
        owner = CreatorFactory()
        importing = upload(owner, HEAD + "A,2026-03-02,1\n")
        operations.discard(owner=owner, import_id=importing.pk)
        with pytest.raises(operations.NotToBeConfirmed):
            operations.confirm(owner=owner, import_id=importing.pk, at=NOON)
        assert sales == {}


@pytest.mark.django_db
class TestPages:
    def test_lead_from_a_file_to_its_rows(self, sales, client, django_assert_num_queries):
        client.force_login(CreatorFactory())
        new = reverse("partnerships:new_import", args=["sales"])
        assert client.get(new).status_code == 200
        file = SimpleUploadedFile("sales.csv", (HEAD + "A,2026-03-02,1\nB,x,1\n").encode())
        answer = client.post(new, {"file": file, "locale": "en"})
        with django_assert_num_queries(8):
            page = client.get(answer["Location"])
        assert "is no day" in page.text
        importing = Import.objects.get()
        client.post(reverse("partnerships:confirm_import", args=[importing.pk]))
        assert list(sales) == ["A"]
        with django_assert_num_queries(4):
            assert "Taken in" in client.get(reverse("partnerships:imports")).text
        example = client.get(reverse("partnerships:import_example", args=["sales"]))
        assert example.content.startswith(b"Order,Date,Earned\r\nA-1,")

    def test_tell_what_is_wrong_with_a_file(self, sales, client):
        client.force_login(CreatorFactory())
        answer = client.post(
            reverse("partnerships:new_import", args=["sales"]),
            {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")},
        )
        assert answer.status_code == 422
        assert "Order, Date, Earned can&#x27;t be found" in answer.text

    def test_hide_files_of_others(self, sales, client):
        importing = upload(CreatorFactory(), HEAD + "A,2026-03-02,1\n")
        client.force_login(CreatorFactory())
        assert client.get(reverse("partnerships:import", args=[importing.pk])).status_code == 404
        for name in ("confirm_import", "discard_import"):
            assert client.post(reverse(f"partnerships:{name}", args=[importing.pk])).status_code == 404
        assert sales == {}
        assert ImportRow.objects.filter(applied_at__isnull=False).count() == 0
