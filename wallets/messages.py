"""What people write beside a gift, as it may be shown to others.

Rude words are masked for everybody, the creator too: what was written is not kept. Links, addresses and phone
numbers are refused, so that nobody is led away from the site; so are the words that a creator has named.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

ZERO_WIDTH_JOINER = "\u200d"  # makes one emoji of several
_LOOK_ALIKES = str.maketrans("@$013457аеіјорсухѕαεικνορτυ", "asoieastaeijopcyxsaeikvoptu")
_WORD = re.compile(r"[^\W_]+")
_STRETCHED = re.compile(r"(.)\1{2,}")
_ENDINGS = "com|net|org|info|biz|io|co|me|tv|ly|gg|to|app|dev|xyz|link|site|online|shop|live|ru|cn|de|uk|fr"
_CONTACTS = re.compile(
    r"\w\s*:\s*/\s*/"
    r"|\bwww\s*[.。]"
    r"|\S@\S+[.。]\w"
    rf"|[^\W_][.。](?:{_ENDINGS})\b"
    rf"|\w\s*(?:\(dot\)|\[dot\]|\bdot\b)\s*(?:{_ENDINGS})\b"
    r"|(?<!\d)\d(?:[\s\-./()]{0,2}\d){8,}",
    re.IGNORECASE,
)


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
    return [word for word, _, _ in _words(text)]


def has_contacts(text: str) -> bool:
    """Whether the text holds a link, an email address or a phone number."""
    return _CONTACTS.search(unicodedata.normalize("NFKC", text)) is not None


def masked(text: str) -> str:
    """The text with stars for rude words, as long as before."""
    if not text:
        return ""
    found = list(_words(text))
    stars: set[int] = set()
    for first, last in _rude_stretches([word for word, _, _ in found]):
        stars.update(range(found[first][1], found[last][2] + 1))
    return "".join("*" if place in stars and not char.isspace() else char for place, char in enumerate(text))


def _rude_stretches(spoken: list[str]) -> Iterator[tuple[int, int]]:
    """The first and last of the words that together say something rude."""
    longest = max(map(len, _rude()))
    for first in range(len(spoken)):
        for last in range(first, min(first + longest, len(spoken))):
            said = tuple(spoken[first : last + 1])
            shorter = (tuple(_STRETCHED.sub(letters, word) for word in said) for letters in (r"\1", r"\1\1"))
            if said in _rude() or any(variant in _rude() for variant in shorter):
                yield first, last
        spelt = 0
        while first + spelt < len(spoken) and len(spoken[first + spelt]) == 1:
            spelt += 1
            if spelt > 2 and ("".join(spoken[first : first + spelt]),) in _rude():
                yield first, first + spelt - 1


@cache
def _rude() -> frozenset[tuple[str, ...]]:
    """The library's words, folded as messages are. Its own search takes 70 ms for a long message."""
    from better_profanity.utils import get_complete_path_of_file, read_wordlist

    return frozenset(
        tuple(words(row)) for row in read_wordlist(get_complete_path_of_file("profanity_wordlist.txt"))
    )


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word in small letters without accents, ligatures and look-alikes, and the places in the text of
    its first and last letter."""
    letters = [(letter, place) for place, char in enumerate(text) for letter in _folded(char)]
    for match in _WORD.finditer("".join(letter for letter, _ in letters)):
        yield match.group(), letters[match.start()][1], letters[match.end() - 1][1]


def _folded(char: str) -> str:
    plain = unicodedata.normalize("NFKD", char).casefold()
    return "".join(part for part in plain if unicodedata.category(part)[0] != "M").translate(_LOOK_ALIKES)
