import dataclasses
import datetime as dt
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from django.conf import settings

from payouts.rails.interface import Order, Payment, Unpayable
from payouts.rails.sepa.messages_out import Debtor, credit_transfers, execution_date, sepa_text

SAMPLES = Path(os.environ.get("PORTAL_SAMPLES", settings.BASE_DIR.parent / "shared" / "samples")) / "iso20022"
NAMESPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
DEBTOR = Debtor(name="Lumen", iban="NL41MOCK0000000001", bic="MOCKNL2A")
PAYMENT = Payment(
    end_to_end_id="P23456789ABCD",
    amount=8_965,
    currency="EUR",
    holder="Lumi Sommer",
    country="DE",
    details={"iban": "DE89 3704 0044 0532 0130 00", "bic": "COBADEFFXXX"},
    text="Payout P23456789ABCD",
)
ORDER = Order(
    message_id="0198a1b2c3d47e8f9012345678901234",
    at=dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC),
    payments=(PAYMENT,),
)


def written(**changes) -> ElementTree.Element:
    order = dataclasses.replace(ORDER, payments=(dataclasses.replace(PAYMENT, **changes),))
    return ElementTree.fromstring(credit_transfers(order, DEBTOR))  # noqa: S314


def text(document: ElementTree.Element, tag: str) -> str | None:
    return document.findtext(f".//p:{tag}", namespaces=NAMESPACE)


class TestCreditTransfers:
    def test_carries_our_references(self):
        document = written()
        assert text(document, "MsgId") == ORDER.message_id
        assert text(document, "EndToEndId") == PAYMENT.end_to_end_id
        assert text(document, "CreDtTm") == "2026-03-02T12:00:00Z"
        assert text(document, "ReqdExctnDt/p:Dt") == "2026-03-03"

    def test_carries_exact_euros(self):
        amount = written(amount=999_999_999_99).find(".//p:InstdAmt", NAMESPACE)
        assert amount.text == "999999999.99"
        assert amount.get("Ccy") == "EUR"

    @pytest.mark.parametrize("parts", [1, 9, 10, 99, 100])
    def test_keeps_its_decimals_for_small_amounts(self, parts):
        amount = written(amount=parts).find(".//p:InstdAmt", NAMESPACE)
        assert amount.text == f"{parts // 100}.{parts % 100:02}"

    def test_writes_the_account_without_spaces(self):
        assert (
            written().findtext(".//p:CdtrAcct/p:Id/p:IBAN", namespaces=NAMESPACE) == "DE89370400440532013000"
        )

    def test_carries_many_payments_that_are_booked_one_by_one(self):
        second = dataclasses.replace(PAYMENT, end_to_end_id="P2", amount=35)
        order = dataclasses.replace(ORDER, payments=(PAYMENT, second))
        document = ElementTree.fromstring(credit_transfers(order, DEBTOR))  # noqa: S314
        assert text(document, "GrpHdr/p:NbOfTxs") == text(document, "PmtInf/p:NbOfTxs") == "2"
        assert text(document, "GrpHdr/p:CtrlSum") == text(document, "PmtInf/p:CtrlSum") == "90.00"
        assert [found.text for found in document.iterfind(".//p:EndToEndId", NAMESPACE)] == [
            "P23456789ABCD",
            "P2",
        ]
        assert text(document, "BtchBookg") == "false"

    def test_does_without_a_bic(self):
        assert written(details={"iban": "DE89370400440532013000"}).find(".//p:CdtrAgt", NAMESPACE) is None

    def test_writes_a_name_that_every_bank_takes(self):
        document = written(holder='Łucja "Zoë" Müller & 影 <Söhne>')
        assert document.findtext(".//p:Cdtr/p:Nm", namespaces=NAMESPACE) == "Lucja Zoe Muller + Ying Sohne"

    def test_writes_something_for_a_name_of_which_nothing_is_left(self):
        assert written(holder="🎉").findtext(".//p:Cdtr/p:Nm", namespaces=NAMESPACE) == "NOTPROVIDED"

    def test_is_valid_against_the_published_schema(self):
        schema = SAMPLES / "xsd" / "pain.001.001.09.xsd"
        if not schema.exists():
            pytest.skip("the samples' folder is not here")
        xmlschema.XMLSchema(str(schema)).validate(credit_transfers(ORDER, DEBTOR))

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"details": {"iban": "DE89370400440532013001"}}, "AC01"),
            ({"details": {"iban": "nonsense"}}, "AC01"),
            ({"details": {"iban": ""}}, "AC01"),
            ({"details": {"iban": "SA0380000000608010167519"}}, "AG01"),
            ({"details": PAYMENT.details | {"bic": "COBADEFFXX"}}, "RC01"),
            ({"currency": "USD"}, "AM03"),
            ({"amount": 0}, "AM01"),
            ({"amount": 1_000_000_000_00}, "AM02"),
            ({"end_to_end_id": "x" * 36}, "FF01"),
        ],
    )
    def test_refuses_what_can_not_be_paid(self, changes, code):
        with pytest.raises(Unpayable) as refusal:
            written(**changes)
        assert refusal.value.code == code


class TestSepaText:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ("Straße 5", "Strasse 5"),
            ("a\n b\t c", "a b c"),
            ("<script>", "script"),
            ("x" * 80, "x" * 70),
            ("Ana; María", "Ana Maria"),
        ],
    )
    def test_keeps_to_the_common_letters(self, given, expected):
        assert sepa_text(given, 70) == expected


class TestExecutionDate:
    @pytest.mark.parametrize(
        ("at", "expected"),
        [
            ((2026, 3, 2), (2026, 3, 3)),
            ((2026, 3, 6), (2026, 3, 9)),  # Friday
            ((2026, 12, 24), (2026, 12, 28)),  # Christmas, its holiday, a Sunday
            ((2026, 12, 31), (2027, 1, 4)),  # New Year's Day of another year, a weekend
            ((2026, 4, 2), (2026, 4, 7)),  # Easter
        ],
    )
    def test_is_the_next_day_on_which_euros_settle(self, at, expected):
        assert execution_date(dt.datetime(*at, 23, tzinfo=dt.UTC)) == dt.date(*expected)
