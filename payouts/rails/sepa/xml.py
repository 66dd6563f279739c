"""Finding elements of ISO 20022 by their local names: a version's namespace doesn't matter."""

from xml.etree.ElementTree import Element


def name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Element | None, wanted: str) -> list[Element]:
    return [] if element is None else [child for child in element if name(child) == wanted]


def find(element: Element | None, *path: str) -> Element | None:
    for step in path:
        element = next(iter(children(element, step)), None)
    return element


def text(element: Element | None, *path: str) -> str:
    found = find(element, *path)
    return "" if found is None or found.text is None else found.text.strip()


def account(report: Element) -> str:
    """The account that a report or statement is about."""
    return text(report, "Acct", "Id", "IBAN") or text(report, "Acct", "Id", "Othr", "Id")


def booked(report: Element) -> list[Element]:
    """Its entries that are booked; others are announced, and may never come."""
    return [
        entry
        for entry in children(report, "Ntry")
        if "BOOK" in (text(entry, "Sts", "Cd"), text(entry, "Sts"))
    ]
