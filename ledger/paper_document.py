"""The PDF library's document, mended. Apart from `ledger.paper`, as importing it takes a second."""

from fpdf import FPDF
from fpdf.fonts import CoreFont, TTFFont


class Document(FPDF):
    """Where a line began with a letter of another typeface, fpdf2 2.8.9 names the document's own between "q"
    and "Q", which forget it, and believes from then on that it is known: the next lines stayed empty."""

    def _set_font_for_page(
        self, font: CoreFont | TTFFont, font_size_pt: float, wrap_in_text_object: bool = True
    ) -> str:
        if wrap_in_text_object or self.current_font_is_set_on_page:
            return super()._set_font_for_page(font, font_size_pt, wrap_in_text_object)
        self._out(super()._set_font_for_page(font, font_size_pt))
        return ""
