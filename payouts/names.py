"""Whether two names may be one person's."""

import re
import unicodedata


def same_name(one: str, other: str) -> bool:
    """Accents, order and middle names aside."""
    first, second = _words(one), _words(other)
    return first == second or (min(len(first), len(second)) > 1 and (first <= second or second <= first))


def _words(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return set(re.findall(r"\w+", "".join(sign for sign in plain if not unicodedata.combining(sign))))


def initials(name: str) -> str:
    return " ".join(f"{word[0]}." for word in name.split())
