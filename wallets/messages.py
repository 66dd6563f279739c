"""What people write beside a gift, as it may be shown to others."""

import unicodedata

ZERO_WIDTH_JOINER = "\u200d"  # makes one emoji of several


def visible(text: str) -> str:
    """The text without control and format characters, which hide words or turn around those of others; line
    breaks and tabs become blanks. Empty where nothing that can be seen is left."""
    kept = "".join(filter(_is_kept, "".join(" " if char.isspace() else char for char in text))).strip()
    return kept if any(map(_is_seen, kept)) else ""


def _is_kept(char: str) -> bool:
    return char == ZERO_WIDTH_JOINER or unicodedata.category(char) not in ("Cc", "Cf")


def _is_seen(char: str) -> bool:
    # Marks, such as an emoji's variation selector, are seen on something else only.
    return char != ZERO_WIDTH_JOINER and unicodedata.category(char)[0] not in "MZ"
