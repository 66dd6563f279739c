"""The kinds of notices there are. Each product declares its own in what `NOTICE_KINDS` names; their words are
filled in when they are read, in their reader's language, formats and time zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.template import Template, engines
from django.utils.module_loading import import_string

AUDIENCES = {"everyone": "", "creators": "is_creator", "staff": "is_staff"}
"""Whom kinds are for, and by what a person shows to be one of them."""
TONES = ("info", "good", "warn", "bad", "neutral")


@dataclass(frozen=True)
class Words:
    """A notice as its reader reads it, as plain text."""

    title: str
    reason: str
    next_step: str


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Something people are told of. `title`, `reason` (what happened, and why) and `next_step` (what to do
    now) are templates over the facts; `action` says what the button to the notice's page does, `label` what
    the kind is called among the choices, if not by its title.

    `example` has facts as they could be; every notice of the kind has exactly these names, and none of them
    ever changes its meaning: other facts are another kind. Mails of a kind that is `optional` may be switched
    off. Its mail is `templates/<app>/mail/<code>.txt` and `.html`, with what the function that `attachment`
    names makes of the facts: a file's name, content and type."""

    app: str
    code: str
    category: str
    title: str
    reason: str
    next_step: str
    action: str
    example: Mapping
    label: str = ""
    tone: str = "info"
    audience: str = "everyone"
    optional: bool = False
    attachment: str = ""

    def __post_init__(self) -> None:
        if self.tone not in TONES or self.audience not in AUDIENCES:
            raise ImproperlyConfigured(f"{self.code} has an unknown tone or audience.")
        if "{" in self.title and not self.label:
            raise ImproperlyConfigured(f"{self.code} needs a label: its title depends on its facts.")

    @property
    def called(self) -> str:
        return self.label or self.title

    def words(self, facts: Mapping) -> Words:
        """In the language and time zone that are active."""
        return Words(*(template.render(dict(facts)).strip() for template in self._templates))

    @cached_property
    def _templates(self) -> tuple[Template, ...]:
        return tuple(
            engines["django"].from_string(f"{{% autoescape off %}}{words}{{% endautoescape %}}")
            for words in (self.title, self.reason, self.next_step)
        )


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its code, in the order in which they are declared."""
    found: dict[str, Kind] = {}
    for path in settings.NOTICE_KINDS:
        app = path.partition(".")[0]
        for declared in import_string(path):
            kind = Kind(app=app, **declared)
            if kind.code in found:
                raise ImproperlyConfigured(f"Two kinds of notice are called {kind.code}.")
            found[kind.code] = kind
    return MappingProxyType(found)


def offered_to(person) -> dict[str, list[Kind]]:
    """The kinds that this person may ever be told of, by category."""
    offered: dict[str, list[Kind]] = {}
    for kind in kinds().values():
        shown_by = AUDIENCES[kind.audience]
        if not shown_by or getattr(person, shown_by):
            offered.setdefault(kind.category, []).append(kind)
    return offered
