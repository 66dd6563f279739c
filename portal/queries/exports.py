"""How far a person's data have been put together."""

import datetime as dt
from dataclasses import dataclass

from portal.models import DataExport
from portal.models.exports import UNDER_WAY, ExportState

PAUSE = dt.timedelta(days=1)
"""Between two exports of one person."""


@dataclass(frozen=True)
class Standing:
    """The `latest` export, if there ever was one; `again_at` is when the next may be asked for, None: now."""

    latest: DataExport | None
    again_at: dt.datetime | None

    @property
    def under_way(self) -> bool:
        return self.latest is not None and self.latest.state in UNDER_WAY

    @property
    def ready(self) -> bool:
        return self.latest is not None and self.latest.state == ExportState.READY

    @property
    def seen(self) -> str:
        """By which a page knows whether it shows the latest."""
        return f"{self.latest.state}-{self.latest.done}" if self.latest else ""


def standing_of(person, at: dt.datetime) -> Standing:
    latest = DataExport.objects.filter(person=person).first()
    if latest is None or latest.state == ExportState.FAILED or at >= latest.asked_at + PAUSE:
        return Standing(latest, None)
    return Standing(latest, latest.asked_at + PAUSE)
