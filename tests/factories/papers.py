"""Files as people upload them, and creators at any point of showing who they are."""

import datetime as dt
import io
from functools import cache

from django.contrib.auth.models import Permission
from fpdf import FPDF
from PIL import Image

from payouts.models.identity import DocumentKind, IdentityKind
from payouts.models.tax_forms import TaxFormKind
from payouts.operations.identity import Facts, submit_identity, upload_document
from payouts.operations.tax_forms import Answers, sign_tax_form
from tests.factories.payouts import NOW
from tests.factories.people import StaffFactory

VALID = NOW.date() + dt.timedelta(days=400)
FACTS = Facts(
    legal_name="Lumi Sommer",
    birth_date=dt.date(1990, 5, 17),
    street="Lindenweg 4",
    postal_code="10115",
    city="Berlin",
)
ANSWERS = Answers(name="Lumi Sommer", number="36 574 261 809", signature="Lumi Sommer")


@cache
def photograph(colour: str = "white", size: tuple[int, int] = (400, 300), kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


@cache
def pdf(pages: int = 1, password: str = "") -> bytes:
    document = FPDF()
    for _ in range(pages):
        document.add_page()
    if password:
        document.set_encryption(owner_password=password, user_password=password)
    return bytes(document.output())


def upload(owner, kind=DocumentKind.PASSPORT, *, content: bytes = b"", at=NOW, expires_date=VALID):
    expires = expires_date if kind == DocumentKind.PASSPORT else None
    return upload_document(
        owner=owner, kind=kind, content=content or photograph(), expires_date=expires, at=at
    )


def submit(creator, *, facts: Facts = FACTS, kind=IdentityKind.INDIVIDUAL, key: str = "1", at=NOW):
    return submit_identity(creator=creator, kind=kind, facts=facts, key=key, at=at)


def submitted(creator, **options):
    """In review, with a passport."""
    upload(creator)
    return submit(creator, **options)


def sign(creator, kind=TaxFormKind.DAC7, *, answers: Answers = ANSWERS, key: str = "1", at=NOW):
    return sign_tax_form(creator=creator, kind=kind, answers=answers, key=key, at=at)


def verifier(**facts):
    """Staff who may verify people and see their papers."""
    person = StaffFactory(**facts)
    person.user_permissions.set(
        Permission.objects.filter(
            content_type__app_label="payouts",
            codename__in=[
                "review_identity", "view_identityversion", "view_identitydocument", "view_taxform",
                "view_documentaccess",
            ],
        )
    )  # fmt: skip
    return person
