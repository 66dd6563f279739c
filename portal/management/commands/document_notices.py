import datetime as dt
from pathlib import Path

from django.core.management.base import BaseCommand
from django.template.loader import render_to_string
from django.test.utils import override_settings
from django.utils import timezone, translation

from portal.models import Notice, User
from portal.notices import kinds
from portal.operations.notice_mails import letter_of
from portal.settings import BASE_DIR

DOCS = BASE_DIR / "docs"
READER = {"email": "lumi@example.com", "language": "en", "time_zone": "UTC"}
AT = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def pages() -> dict[Path, str]:
    """docs/notices.md, and beside it the HTML of each mail, made of each kind's example."""
    with (
        override_settings(
            SITE_NAME="Lumen", SITE_URL="https://portal.example", SUPPORT_EMAIL="help@portal.example"
        ),
        translation.override("en"),
        timezone.override("UTC"),
    ):
        previews = [_preview(code) for code in kinds()]
        text = render_to_string("portal/notices/docs.md", {"previews": previews})
    html = {DOCS / "notices" / f"{preview['kind'].code}.html": preview["html"] for preview in previews}
    return {DOCS / "notices.md": text, **html}


def _preview(code: str) -> dict:
    kind = kinds()[code]
    notice = Notice(person=User(**READER), kind=code, at=AT, facts=kind.example, url="/notifications/")
    mail = letter_of(notice)
    text = "\n".join(line.rstrip() for line in mail.body.strip().splitlines())
    return {"kind": kind, "subject": mail.subject, "text": text, "html": mail.alternatives[0].content}


class Command(BaseCommand):
    help = "Write docs/notices.md and the previews beside it from the templates of the mails."

    def handle(self, *args, **options) -> None:
        made = pages()
        for path in {*(DOCS / "notices").glob("*.html"), *made} - set(made):
            path.unlink()
        for path, text in made.items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        self.stdout.write(f"{len(made)} files written.")
