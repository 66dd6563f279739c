import datetime as dt
from contextlib import closing

from pypdfium2 import PdfDocument

from ledger import paper


def shown(*rows: str) -> str:
    """What a sheet with these facts shows, in the order of its letters on the page."""
    pdf = paper.sheet(title="Test", author="Test", at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    paper.facts(pdf, [(row, row) for row in rows])
    with closing(PdfDocument(bytes(pdf.output()))) as document:
        return "".join(document[0].get_textpage().get_text_range().split())


class TestFacts:
    def test_follow_a_row_that_begins_with_other_letters(self):
        assert shown("追加", "Half (2)") == "追加追加Half(2)Half(2)"

    def test_keep_our_words_behind_those_from_right_to_left(self):
        assert shown(f"{paper.apart('חצי')} (2 × 5)").endswith("(2×5)")

    def test_take_no_signs_that_turn_what_follows(self):
        assert shown("Pay\u202e 12\tto") == "Pay12toPay12to"
