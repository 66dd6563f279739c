"""What people write beside a gift, as it may be shown to others."""

import re
import unicodedata

ZERO_WIDTH_JOINER = "\u200d"  # makes one emoji of several
_LOOK_ALIKES = str.maketrans("@$013457аеіјорсухѕαεικνορτυ", "asoieastaeijopcyxsaeikvoptu")
_WORD = re.compile(r"[^\W_]+")


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


def words(text: str) -> list[str]:
    """What the text says, word by word, however its letters are dressed up."""
    return _WORD.findall(_folded(text))


def _folded(text: str) -> str:
    """Small letters without accents, ligatures and look-alikes."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in plain if unicodedata.category(char)[0] != "M").translate(_LOOK_ALIKES)
