"""Photographs and scans of papers: what a file is, by its content alone, and pictures of its pages.

Staff look at pictures that we draw, not at the file as it came: a picture of a PDF runs no script.
"""

import io
import threading
import warnings
from dataclasses import dataclass

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST = 10 * 1024 * 1024
"""Bytes."""
MOST_PAGES = 20
SMALLEST_SIDE, MOST_PIXELS = 300, 50_000_000
"""Of a photograph, in pixels: less can't be read, more is no photograph."""
PICTURE = 1_600
"""The longer side of a picture for staff, in pixels."""
_PDFIUM = threading.Lock()
"""PDFium bears one call at a time (pypdfium2's documentation, "Incompatibility with Threading")."""


class UnacceptableFile(ValueError):
    """Not something that staff could read; `code` names why to programs."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True)
class Paper:
    content_type: str
    pages: int


def inspect(content: bytes) -> Paper:
    """What this is. Its name and what the browser said of it count for nothing. Raises UnacceptableFile."""
    if not content:
        raise UnacceptableFile("empty", "This file is empty. Choose another one.")
    if len(content) > LARGEST:
        raise UnacceptableFile("too_large", "This file is larger than 10 MB. Send a smaller photograph.")
    if content.startswith(b"%PDF-"):
        return Paper("application/pdf", _pages(content))
    return Paper(_photograph(content), 1)


def picture(content: bytes, content_type: str, page: int) -> bytes:
    """A JPEG of the page, counted from 1. Raises UnacceptableFile where there is none."""
    if content_type == "application/pdf":
        image = _drawn(content, page)
    elif page == 1:
        image = _opened(content)
        image.load()
    else:
        raise UnacceptableFile("no_such_page", "There is no such page.")
    image = ImageOps.exif_transpose(image).convert("RGB")
    image.thumbnail((PICTURE, PICTURE))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def _pages(content: bytes) -> int:
    with _PDFIUM:
        pages = len(_document(content))
    if not 0 < pages <= MOST_PAGES:
        raise UnacceptableFile("pages", f"A PDF has 1 to {MOST_PAGES} pages here; this one has {pages}.")
    return pages


def _document(content: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise UnacceptableFile(
            "unreadable", "This PDF can't be opened. Save it anew without a password, or send a photograph."
        ) from error


def _drawn(content: bytes, page: int) -> Image.Image:
    with _PDFIUM:
        document = _document(content)
        if not 0 < page <= len(document):
            raise UnacceptableFile("no_such_page", "There is no such page.")
        try:
            sheet = document[page - 1]
            drawn: Image.Image = sheet.render(scale=PICTURE / max(*sheet.get_size(), 1)).to_pil()
            return drawn
        except pypdfium2.PdfiumError as error:
            raise UnacceptableFile("unreadable", "This page can't be drawn.") from error


def _photograph(content: bytes) -> str:
    image = _opened(content)
    if min(image.size) < SMALLEST_SIDE:
        raise UnacceptableFile("too_small", "This picture is too small to be read. Send a larger one.")
    try:
        image.load()
    except Exception as error:  # Pillow's readers raise whatever a broken file makes them trip over
        raise UnacceptableFile("unreadable", "This picture is damaged. Take it again.") from error
    return Image.MIME[str(image.format)]


def _opened(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"])
    except Image.DecompressionBombError as error:
        raise UnacceptableFile(
            "too_large", "This picture has too many pixels. Send a smaller one."
        ) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UnacceptableFile(
            "type", "Send a PDF, or a photograph as JPEG, PNG or WebP: this is something else."
        ) from error
    if image.width * image.height > MOST_PIXELS:
        raise UnacceptableFile("too_large", "This picture has too many pixels. Send a smaller one.")
    return image
