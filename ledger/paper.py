"""A4 sheets in the house's typeface, for what people file."""

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

import font_roboto

if TYPE_CHECKING:
    from fpdf import FPDF

GREY, BLACK, RULE = 90, 15, 205


def sheet(*, title: str, author: str, at: dt.datetime) -> "FPDF":
    """An empty first page with Roboto, regular and bold."""
    from fpdf import FPDF  # a second that only papers need

    pdf = FPDF(format="A4")
    pdf.set_title(title)
    pdf.set_author(author)
    pdf.set_creation_date(at)
    pdf.set_margins(18, 22)
    pdf.add_font("Roboto", "", font_roboto.Roboto)
    pdf.add_font("Roboto", "B", font_roboto.RobotoBold)
    pdf.add_page()
    return pdf


def head(pdf: "FPDF", *, name: str, details: str, title: str) -> None:
    """Whose paper it is, and what it is."""
    pdf.set_text_color(BLACK)
    pdf.set_font("Roboto", "B", 20)
    pdf.multi_cell(0, 9, written(name), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Roboto", "", 10)
    pdf.multi_cell(0, 5, written(details), new_x="LMARGIN", new_y="NEXT")
    pdf.ln(10)
    pdf.set_font("Roboto", "B", 14)
    pdf.multi_cell(0, 8, written(title), new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)


def facts(pdf: "FPDF", lines: list[tuple[str, str]], *, bold: str = "", label_width: int = 62) -> None:
    """Two columns, the label of the one in `bold` among them."""
    value_width = pdf.epw - label_width
    for label, text in lines:
        top = pdf.get_y()
        pdf.set_draw_color(RULE)
        pdf.line(pdf.l_margin, top, pdf.w - pdf.r_margin, top)
        pdf.set_font("Roboto", "", 10.5)
        pdf.set_text_color(GREY)
        pdf.multi_cell(label_width, 8, written(label), new_x="LMARGIN", new_y="NEXT")
        below = pdf.get_y()
        pdf.set_xy(pdf.l_margin + label_width, top)
        pdf.set_font("Roboto", "B" if label == bold else "", 10.5)
        pdf.set_text_color(BLACK)
        pdf.multi_cell(value_width, 8, written(text), align="R", new_x="LMARGIN", new_y="NEXT")
        pdf.set_y(max(below, pdf.get_y()))


def note(pdf: "FPDF", text: str) -> None:
    pdf.ln(8)
    pdf.set_font("Roboto", "", 9)
    pdf.set_text_color(GREY)
    pdf.multi_cell(0, 4.6, written(text), align="L", new_x="LMARGIN", new_y="NEXT")


def written(text: str) -> str:
    """Letters that the typeface lacks, in Latin ones."""
    from text_unidecode import unidecode

    known = _letters()
    return "".join(sign if sign == "\n" or ord(sign) in known else unidecode(sign) for sign in text)


@cache
def _letters() -> frozenset[int]:
    """The code points for which both faces have a picture."""
    from fontTools.ttLib import TTFont

    regular, bold = (set(TTFont(path).getBestCmap()) for path in (font_roboto.Roboto, font_roboto.RobotoBold))
    return frozenset(regular & bold)
