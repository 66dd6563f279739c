"""A4 sheets in the house's typeface, for what people file."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category

import font_roboto
import manimgx_fonts
import paperang_p2_fonts_cjk
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from fpdf import FPDF

GREY, BLACK, RULE = 90, 15, 205


def sheet(*, title: str, author: str, at: dt.datetime) -> "FPDF":
    """An empty first page with Roboto, regular and bold."""
    from ledger.paper_document import Document  # a second that only papers need

    pdf = Document(format="A4")
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
    pdf.multi_cell(0, 9, written(pdf, name), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Roboto", "", 10)
    pdf.multi_cell(0, 5, written(pdf, details), new_x="LMARGIN", new_y="NEXT")
    pdf.ln(10)
    pdf.set_font("Roboto", "B", 14)
    pdf.multi_cell(0, 8, written(pdf, title), new_x="LMARGIN", new_y="NEXT")
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
        pdf.multi_cell(label_width, 8, written(pdf, label), new_x="LMARGIN", new_y="NEXT")
        below = pdf.get_y()
        pdf.set_xy(pdf.l_margin + label_width, top)
        pdf.set_font("Roboto", "B" if label == bold else "", 10.5)
        pdf.set_text_color(BLACK)
        pdf.multi_cell(value_width, 8, written(pdf, text), align="R", new_x="LMARGIN", new_y="NEXT")
        pdf.set_y(max(below, pdf.get_y()))


def note(pdf: "FPDF", text: str) -> None:
    pdf.ln(8)
    pdf.set_font("Roboto", "", 9)
    pdf.set_text_color(GREY)
    pdf.multi_cell(0, 4.6, written(pdf, text), align="L", new_x="LMARGIN", new_y="NEXT")


def written(pdf: "FPDF", text: str) -> str:
    """The text as the sheet can show it: in its own letters, those from right to left too. What no typeface
    has a picture for stands as a replacement character; letters are never made up for it."""
    text = "".join(sign for sign in text.replace("\t", " ") if not _controls(sign))
    others = {sign: _face_with(ord(sign)) for sign in set(text) - {"\n"} if ord(sign) not in _letters()}
    if others:
        for face in sorted(set(filter(None, others.values()))):
            if face.stem.lower() not in pdf.fonts:
                pdf.add_font(face.stem, "", face)
        fallbacks = [name for name in pdf.fonts if not name.startswith("roboto")]
        pdf.set_fallback_fonts(fallbacks, exact_match=False)
        pdf.set_text_shaping(True)
    return "".join(sign if others.get(sign, True) else "\ufffd" for sign in text)


def printable(text: str) -> None:
    """For fields that end on a paper. Raises ValidationError, which names the letters that no typeface here
    has."""
    lacking = {
        sign
        for sign in text
        if not (_controls(sign) or sign == "\n" or ord(sign) in _letters() or _face_with(ord(sign)))
    }
    if lacking:
        words = f"We can’t print {' '.join(sorted(lacking))} on papers yet: write it in Latin letters."
        raise ValidationError(words, code="unprintable")


def apart(text: str) -> str:
    """Somebody's words that are followed by ours, in whichever direction theirs run."""
    return f"\u2068{text}\u2069"


def _controls(sign: str) -> bool:
    """Whether it has no picture and only tells how others are shown; a paper has one way to be read."""
    selects = "\ufe00" <= sign <= "\ufe0f"
    return selects or (category(sign) in {"Cc", "Cf"} and sign not in "\n\u200c\u200d\u2068\u2069")


@cache
def _letters() -> frozenset[int]:
    """The code points for which both of the house's faces have a picture."""
    return _signs(Path(font_roboto.Roboto)) & _signs(Path(font_roboto.RobotoBold))


def _face_with(code_point: int) -> Path | None:
    return next((face for face in _faces() if code_point in _signs(face)), None)


@cache
def _faces() -> list[Path]:
    """Noto for the world's alphabets and signs, then WenQuanYi Micro Hei for Chinese, Japanese and Korean."""
    noto = sorted(Path(manimgx_fonts.__path__[0]).glob("*.ttf"))
    east = Path(paperang_p2_fonts_cjk.__path__[0], "fonts", "wqy-microhei.ttc")
    return [*(face for face in noto if "Italic" not in face.stem), east]


@cache
def _signs(face: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(face, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())
