"""Everything that the portal keeps about a person, for that person: asked for, built, handed over, gone."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from ledger import vault
from portal.models import DataExport
from portal.models.exports import UNDER_WAY, ExportState
from portal.operations.export_files import told, write_zip
from portal.operations.notices import notify
from portal.queries.exports import PAUSE

logger = structlog.get_logger(__name__)
KEPT_FOR = dt.timedelta(days=7)
STALLED = dt.timedelta(minutes=10)
"""Without a word for so long, a builder is gone."""
MOST_TURNS = 3
FOLDER = "exports"


class TooSoon(Exception):
    """The last one was asked for less than a day ago. `again_at` is when the next one may be."""

    code = "too_soon"

    def __init__(self, again_at: dt.datetime) -> None:
        super().__init__("Your data can be put together once a day.")
        self.again_at = again_at


class UnknownExport(Exception):
    """There is no such file, or it is somebody else's, or it has been deleted."""


class _Overtaken(Exception):
    """Another worker has taken the export over, believing this one gone."""


def ask_for_export(*, person, at: dt.datetime) -> DataExport:
    """The one that is under way, or a new one. Raises TooSoon."""
    mine = DataExport.objects.filter(person=person)
    last = mine.exclude(state=ExportState.FAILED).first()
    if last and last.state in UNDER_WAY:
        return last
    if last and at < last.asked_at + PAUSE:
        raise TooSoon(last.asked_at + PAUSE)
    try:
        with transaction.atomic():
            return DataExport.objects.create(person=person, asked_at=at)
    except IntegrityError:
        return mine.get(state__in=UNDER_WAY)  # the same click came twice


def build_waiting(*, clock: Callable[[], dt.datetime]) -> int:
    """Build what waits, and what a worker that is gone left behind, one after the other; returns how many
    files became ready. Any number of workers may do this at once."""
    return sum(build(export_id=export_id, clock=clock) for export_id in _due(clock()))


def _due(at: dt.datetime) -> list[uuid.UUID]:
    left = Q(state=ExportState.BUILDING, beat_at__lte=at - STALLED)
    rows = DataExport.objects.filter(left | Q(state=ExportState.WAITING))
    return list(rows.order_by("asked_at").values_list("id", flat=True))


def build(*, export_id: uuid.UUID, clock: Callable[[], dt.datetime]) -> bool:
    """Put one together, if nobody else is about to; returns whether it is ready. One whose worker died is
    started over, three times at most; whatever goes wrong is told to the person, who may ask again."""
    export = _take(export_id, clock())
    if export is None:
        return False

    def step(done: int) -> None:
        if not _mine(export).update(done=done, beat_at=clock()):
            raise _Overtaken

    try:
        if export.turn > MOST_TURNS:
            raise TimeoutError(f"Its worker was gone {MOST_TURNS} times.")
        size = vault.keep_pieces(
            export.file, lambda sink: write_zip(sink, person=export.person, at=clock(), step=step)
        )
    except _Overtaken:
        return False
    except Exception:
        logger.exception("data_export_failed", export=str(export.pk))
        _fail(export, clock())
        return False
    return _finish(export, size, clock())


def _take(export_id: uuid.UUID, at: dt.datetime) -> DataExport | None:
    """Ours now, under a turn of its own."""
    export = DataExport.objects.select_related("person").filter(id=export_id).first()
    if export is None or export.state not in UNDER_WAY:
        return None
    if export.state == ExportState.BUILDING and export.beat_at > at - STALLED:
        return None
    if export.file:
        vault.remove(export.file)
    turn = export.turn + 1
    facts = {
        "state": ExportState.BUILDING,
        "turn": turn,
        "beat_at": at,
        "done": 0,
        "steps": len(told()),
        "file": f"{FOLDER}/{export.pk.hex}-{turn}",
    }
    # The turn is the guard: of two workers who read the same row, one is first.
    taken = DataExport.objects.filter(id=export_id, state=export.state, turn=export.turn).update(**facts)
    if not taken:
        return None
    for name, value in facts.items():
        setattr(export, name, value)
    return export


def _mine(export: DataExport):
    return DataExport.objects.filter(id=export.pk, state=ExportState.BUILDING, turn=export.turn)


@transaction.atomic
def _finish(export: DataExport, size: int, at: dt.datetime) -> bool:
    expires_at = at + KEPT_FOR
    ready = {"state": ExportState.READY, "ready_at": at, "expires_at": expires_at, "size": size}
    if not _mine(export).update(**ready, done=export.steps):
        vault.remove(export.file)
        return False
    facts = {"expires_at": expires_at, "days": KEPT_FOR.days}
    _tell(export, "data_ready", at, facts)
    return True


@transaction.atomic
def _fail(export: DataExport, at: dt.datetime) -> None:
    if _mine(export).update(state=ExportState.FAILED, file=""):
        _tell(export, "data_failed", at, {"asked_at": export.asked_at})


def _tell(export: DataExport, kind: str, at: dt.datetime, facts: dict) -> None:
    url = reverse("personal_data")
    notify(person=export.person, kind=kind, key=f"{kind}:{export.pk}", at=at, facts=facts, url=url)


def open_export(*, person, export_id: uuid.UUID, at: dt.datetime) -> tuple[DataExport, Iterator[bytes]]:
    """The file's content, piece by piece. Raises UnknownExport."""
    mine = DataExport.objects.filter(person=person, state=ExportState.READY, expires_at__gt=at)
    export = mine.filter(id=export_id).first()
    if export is None or not vault.holds(export.file):
        raise UnknownExport("This file is deleted. Ask for a new one.")
    return export, vault.read_pieces(export.file)


def delete_expired(*, at: dt.datetime) -> int:
    """Returns how many."""
    expired = list(DataExport.objects.filter(state=ExportState.READY, expires_at__lte=at))
    for export in expired:
        vault.remove(export.file)
        ready = DataExport.objects.filter(id=export.pk, state=ExportState.READY)
        ready.update(state=ExportState.GONE, file="", size=0)
    return len(expired)
