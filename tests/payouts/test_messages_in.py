import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payouts.rails.interface import BookedEntry, PaymentStatus, UnreadableMessage
from payouts.rails.sepa.messages_in import LARGEST, read
from tests.payouts.test_messages_out import SAMPLES

needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples' folder is not here")


def sample(name: str) -> str:
    return next(SAMPLES.glob(name)).read_text()


def document(kind: str, inside: str) -> str:
    return f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{kind}">{inside}</Document>'


def statement(*entries: str, kind: str = "camt.053.001.08") -> str:
    head = "<GrpHdr><MsgId>M1</MsgId></GrpHdr>"
    account = "<Acct><Id><IBAN>NL41MOCK0000000001</IBAN></Id></Acct>"
    return document(kind, f"<BkToCstmrStmt>{head}<Stmt>{account}{''.join(entries)}</Stmt></BkToCstmrStmt>")


def entry(amount="12.50", currency="EUR", side="DBIT", status="<Cd>BOOK</Cd>", details="") -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>{status}</Sts>'
        f"<BookgDt><Dt>2026-03-03</Dt></BookgDt><NtryDtls>{details}</NtryDtls></Ntry>"
    )


def details(end_to_end_id: str, inside: str = "") -> str:
    return f"<TxDtls><Refs><EndToEndId>{end_to_end_id}</EndToEndId></Refs>{inside}</TxDtls>"


def report(group: str, *blocks: str) -> str:
    head = "<GrpHdr><MsgId>S1</MsgId></GrpHdr>"
    original = f"<OrgnlGrpInfAndSts><OrgnlMsgId>M7</OrgnlMsgId>{group}</OrgnlGrpInfAndSts>"
    inside = f"<CstmrPmtStsRpt>{head}{original}{''.join(blocks)}</CstmrPmtStsRpt>"
    return document("pain.002.001.10", inside)


def reason(code: str, tag: str = "StsRsnInf") -> str:
    return f"<{tag}><Rsn><Cd>{code}</Cd></Rsn></{tag}>"


class TestRead:
    @needs_samples
    @pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.xml")))
    def test_reads_every_sample_or_says_why_not(self, name):
        raw = (SAMPLES / name).read_text()
        if name == "camt053.v2.wrong.xml":
            with pytest.raises(UnreadableMessage, match="reports on no account"):
                read(raw)
        else:
            message = read(raw)
            assert message.kind in {"pain.002", "camt.053", "camt.054"}
            assert message.records

    @needs_samples
    def test_reads_a_swiss_rejection(self):
        message = read(sample("moov_pain002*"))
        assert (message.kind, message.sender_id) == ("pain.002", "20180326375204011678275")
        payment, block = message.records
        assert payment == PaymentStatus(
            "RJCT", "EndToEndId-006-01-01", "MsgId-006", "AC01", "1301813;Konto ungültig"
        )
        assert (block.status, block.end_to_end_id, block.code) == ("RJCT", "", "NARR")

    @needs_samples
    def test_reads_a_swiss_return(self):
        (returned,) = read(sample("moov_200519_camt054-returns*")).records
        assert returned == BookedEntry(
            side="credit",
            amount=40_000,
            currency="CHF",
            end_to_end_id="EndToEndId-004-01-01",
            account="CH2909000000250094239",
            booked_date=dt.date(2019, 5, 20),
            bank_reference="180327CH02P92DYD",
            returned=True,
            code="AC01",
            text="Kontonummer falsch",
        )

    @needs_samples
    def test_reads_a_swiss_debit(self):
        (debit,) = read(sample("moov_200519_camt.054-Debit*")).records
        assert (debit.side, debit.amount, debit.currency) == ("debit", 91_300, "CHF")
        assert debit.end_to_end_id == "20190424001255000100006"
        assert not debit.returned

    @needs_samples
    def test_keeps_more_decimals_where_they_are_noughts(self):
        records = read(sample("camt053.v2.five.decimals.xml")).records
        assert [(record.amount, record.currency, record.problem) for record in records] == [(885, "EUR", "")]

    def test_never_rounds(self):
        (record,) = read(statement(entry(amount="12.505"))).records
        assert record.amount is None
        assert "decimals" in record.problem

    @pytest.mark.parametrize("amount", ["", "-5", "1e3", "1,50", "NaN", "9" * 19, "١٢", "12.123456"])
    def test_takes_no_odd_amount(self, amount):
        (record,) = read(statement(entry(amount=amount))).records
        assert record.amount is None
        assert record.problem

    def test_takes_no_amount_beyond_the_books(self):
        (record,) = read(statement(entry(amount="9" * 18))).records
        assert (record.amount, record.problem) == (None, f"{'9' * 18} is more than the books can hold.")

    @pytest.mark.parametrize(("currency", "parts"), [("JPY", 1250), ("EUR", 125_000), ("KWD", 1_250_000)])
    def test_counts_in_the_currency_s_own_parts(self, currency, parts):
        (record,) = read(statement(entry(amount="1250", currency=currency))).records
        assert record.amount == parts

    def test_names_an_unknown_currency(self):
        (record,) = read(statement(entry(currency="ZZZ"))).records
        assert (record.amount, record.currency) == (None, "ZZZ")
        assert "ZZZ" in record.problem

    def test_reads_each_payment_of_a_batch_with_its_own_amount(self):
        batch = details("A", '<Amt Ccy="EUR">5.00</Amt>') + details("B", '<Amt Ccy="EUR">7.50</Amt>')
        records = read(statement(entry(details=batch))).records
        assert [(record.end_to_end_id, record.amount) for record in records] == [("A", 500), ("B", 750)]

    def test_does_not_take_a_batch_s_total_for_a_payment_s_amount(self):
        records = read(statement(entry(details=details("A") + details("B")))).records
        assert {record.amount for record in records} == {None}
        assert all(record.problem for record in records)

    @pytest.mark.parametrize("status", ["BOOK", "<Cd>BOOK</Cd>"])
    def test_reads_what_is_booked(self, status):
        assert len(read(statement(entry(status=status))).records) == 1

    @pytest.mark.parametrize("status", ["PDNG", "<Cd>PDNG</Cd>", "<Cd>FUTR</Cd>", "INFO", ""])
    def test_passes_over_what_is_merely_announced(self, status):
        assert read(statement(entry(status=status))).records == []

    def test_reads_a_reversed_debit_as_a_return(self):
        reversal = entry(side="CRDT", details=details("A")).replace("<Sts>", "<RvslInd>true</RvslInd><Sts>")
        (record,) = read(statement(reversal)).records
        assert record.returned

    def test_does_not_take_other_credits_for_returns(self):
        (record,) = read(statement(entry(side="CRDT", details=details("A")))).records
        assert (record.side, record.returned) == ("credit", False)

    def test_takes_a_missing_reference_as_none(self):
        (record,) = read(statement(entry(details=details("NOTPROVIDED")))).records
        assert record.end_to_end_id == ""

    def test_reads_a_status_of_a_whole_file(self):
        (status,) = read(report(f"<GrpSts>RJCT</GrpSts>{reason('FF01')}")).records
        assert status == PaymentStatus("RJCT", "", "M7", "FF01")

    def test_leaves_a_sum_of_statuses_to_the_payments(self):
        payments = "".join(
            f"<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>{status}</TxSts></TxInfAndSts>"
            for name, status in [("A", "ACCP"), ("B", "RJCT")]
        )
        block = f"<OrgnlPmtInfAndSts><PmtInfSts>PART</PmtInfSts>{payments}</OrgnlPmtInfAndSts>"
        records = read(report("<GrpSts>PART</GrpSts>", block)).records
        assert [(record.end_to_end_id, record.status) for record in records] == [("A", "ACCP"), ("B", "RJCT")]

    def test_reads_the_payments_of_the_oldest_version(self):
        payment = "<TxInfAndSts><OrgnlEndToEndId>A</OrgnlEndToEndId><TxSts>ACSP</TxSts></TxInfAndSts>"
        (record,) = read(report("", payment)).records
        assert (record.end_to_end_id, record.status, record.original_message_id) == ("A", "ACSP", "M7")

    def test_reads_inside_an_envelope(self):
        inside = report("<GrpSts>ACCP</GrpSts>")
        assert read(f"<Envelope><AppHdr/>{inside}</Envelope>").kind == "pain.002"

    @pytest.mark.parametrize(
        "raw",
        [
            "",
            "not xml",
            "<Document>",
            "<Document/>",
            "\x00",
            document("camt.029.001.09", "<RsltnOfInvstgtn/>"),
            document("pain.002.001.10", "<CstmrPmtStsRpt/>"),
            document("pacs.004.001.09", "<PmtRtr/>"),
            '<?xml version="1.0" encoding="nonsense"?><Document/>',
            '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Document>&b;</Document>',
            '<!DOCTYPE d SYSTEM "file:///etc/passwd"><Document/>',
            '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>',
            "<a>" * 3000,
            "\ud800",
            "x" * (LARGEST + 1),
        ],
    )
    def test_refuses_anything_else_in_words(self, raw):
        with pytest.raises(UnreadableMessage) as problem:
            read(raw)
        assert str(problem.value)

    @given(st.text(max_size=200))
    def test_never_fails_in_another_way(self, text):
        try:
            read(statement(entry(amount=text)) if len(text) % 2 else text)
        except UnreadableMessage:
            return
