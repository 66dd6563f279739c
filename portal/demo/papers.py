"""The demo's creators show who they are. Their papers say SPECIMEN in large letters."""

import datetime as dt
import io

from PIL import Image, ImageDraw, ImageFont

from payouts.models.identity import DocumentKind, IdentityKind
from payouts.models.tax_forms import TaxFormKind
from payouts.operations.identity import Facts, submit_identity, upload_document
from payouts.operations.identity_review import verify
from payouts.operations.tax_forms import Answers, sign_tax_form
from portal.models import User

HOMES = {
    "lumi": ("Lindenweg 4", "10115", "Berlin", "36 574 261 809"),
    "theo.plays": ("12 rue des Lilas", "69003", "Lyon", "3023217600053"),
    "ines": ("Calle Mayor 8", "28013", "Madrid", "54362315-K"),
    "bramcooks": ("Keizersgracht 100", "1015 CV", "Amsterdam", "111222333"),
}
"""Street, postal code, town and tax number of those who are paid, by their handles."""
MOVED = "bramcooks"
"""Has moved, and waits for staff to look at the new address."""


def show(people: dict[str, User], at: dt.datetime) -> None:
    """Whoever is paid is verified, and has signed for the tax office; who was before stays as they are."""
    reviewer = people["staff@demo.test"]
    for creator in _payers(people):
        if creator.identity_versions.exists():
            continue
        street, postal_code, city, number = HOMES[creator.handle]
        _upload(creator, DocumentKind.PASSPORT, at, expires_date=at.date() + dt.timedelta(days=1600))
        version = submit_identity(
            creator=creator,
            kind=IdentityKind.INDIVIDUAL,
            facts=_facts(creator, street, postal_code, city),
            key="demo:1",
            at=at,
        )
        verify(version_id=version.pk, actor=reviewer, at=at)
        sign_tax_form(
            creator=creator,
            kind=TaxFormKind.DAC7,
            answers=Answers(name=creator.display_name, number=number, signature=creator.display_name),
            key="demo:1",
            at=at,
        )


def move(people: dict[str, User], at: dt.datetime) -> None:
    """Somebody waits at the desk."""
    [creator] = (one for one in _payers(people) if one.handle == MOVED)
    _upload(creator, DocumentKind.PROOF_OF_ADDRESS, at)
    facts = _facts(creator, "Oudegracht 55", "3511 AD", "Utrecht", "I moved last week.")
    submit_identity(creator=creator, kind=IdentityKind.INDIVIDUAL, facts=facts, key="demo:2", at=at)


def _payers(people: dict[str, User]) -> list[User]:
    return [person for person in people.values() if person.handle in HOMES]


def _facts(creator: User, street: str, postal_code: str, city: str, remark: str = "") -> Facts:
    return Facts(
        legal_name=creator.display_name,
        birth_date=creator.birth_date,
        street=street,
        postal_code=postal_code,
        city=city,
        remark=remark,
    )


def _upload(creator: User, kind: DocumentKind, at: dt.datetime, expires_date: dt.date | None = None) -> None:
    upload_document(
        owner=creator, kind=kind, content=_specimen(creator, kind), expires_date=expires_date, at=at
    )


def _specimen(creator: User, kind: DocumentKind) -> bytes:
    """A PNG that nobody could take for the real thing."""
    image = Image.new("RGB", (1000, 640), "#e9efed")
    draw = ImageDraw.Draw(image)
    draw.rectangle((30, 30, 970, 610), outline="#0b5a50", width=6)
    draw.text((70, 70), "SPECIMEN", fill="#a3231a", font=ImageFont.load_default(90))
    words = f"{kind.label}\n{creator.display_name}\nborn {creator.birth_date}\n{creator.country.name}"
    draw.multiline_text((70, 220), words, fill="#0f211e", font=ImageFont.load_default(48), spacing=24)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
