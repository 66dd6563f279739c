import datetime as dt
import json
from pathlib import Path

from django.core.management.base import BaseCommand
from django.template.loader import render_to_string

from portal.operations import webhook_deliveries as deliveries
from portal.operations import webhook_replays, webhooks
from portal.queries.webhooks import MISSED_FOR
from portal.settings import BASE_DIR
from portal.webhook_types import TEST, TEST_EXAMPLE, types

PATH = BASE_DIR / "docs" / "webhooks.md"


def page() -> dict[Path, str]:
    """docs/webhooks.md, of its template and the types as they are declared."""
    found = [
        {
            "code": each.code,
            "about": each.about,
            "example": json.dumps(each.example, indent=2, ensure_ascii=False),
        }
        for each in types().values()
    ]
    found.append(
        {
            "code": TEST,
            "about": "You asked for a test. Every endpoint may be sent it.",
            "example": json.dumps(TEST_EXAMPLE, indent=2, ensure_ascii=False),
        }
    )
    facts = {
        "types": found,
        "pauses": [_words(pause) for pause in deliveries.PAUSES],
        "seconds": deliveries.SECONDS,
        "days": deliveries.GIVEN_UP_AFTER.days,
        "jitter": round(100 * deliveries.JITTER),
        "at_once": deliveries.AT_ONCE,
        "kept": webhook_replays.KEPT.days,
        "missed": MISSED_FOR.days,
        "overlap": webhooks.OLD_SECRET.days * 24,
        "most": webhooks.MOST_ENDPOINTS,
    }
    return {PATH: render_to_string("portal/webhooks/docs.md", facts)}


def _words(pause: dt.timedelta) -> str:
    for unit, seconds in (("hour", 3600), ("minute", 60), ("second", 1)):
        if number := int(pause.total_seconds()) // seconds:
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "nothing"


class Command(BaseCommand):
    help = "Write docs/webhooks.md from its template and the types of events."

    def handle(self, *args, **options) -> None:
        for path, text in page().items():
            path.write_text(text)
        self.stdout.write(f"{PATH.name} written.")
