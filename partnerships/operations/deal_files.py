"""Contracts, briefs and evidence that creators keep beside their deals."""

import datetime as dt
import hashlib
import uuid

from django.db import transaction

from ledger import scans, vault
from partnerships.models import DealFile
from partnerships.operations.deal_moves import UnknownDeal, locked, tell

FOLDER = "deals"
MOST_FILES = 40


class UnacceptableFile(ValueError):
    """`code` names why to programs."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def keep_file(*, creator, deal_id: uuid.UUID, name: str, content: bytes, at: dt.datetime) -> DealFile:
    """What it is, its content tells. The same file again returns the first.

    Raises UnknownDeal, UnacceptableFile."""
    try:
        paper = scans.inspect(content)
    except scans.UnacceptableFile as refusal:
        raise UnacceptableFile(refusal.code, str(refusal)) from refusal
    digest, stored = hashlib.sha256(content).hexdigest(), vault.keep(FOLDER, content)
    try:
        with transaction.atomic():
            deal = locked(creator.pk, deal_id)
            known = deal.files.filter(digest=digest).first()
            if known is None and deal.files.count() >= MOST_FILES:
                raise UnacceptableFile("too_many", f"A deal keeps {MOST_FILES} files. Remove one first.")
            kept = known or DealFile.objects.create(
                deal=deal, name=name.strip()[-140:] or "file", file=stored, content_type=paper.content_type,
                size=len(content), digest=digest, uploaded_at=at,
            )  # fmt: skip
            if known is None:
                tell(deal, f"File added: {kept}", at=at, actor=creator)
    except BaseException:
        vault.remove(stored)
        raise
    if known:
        vault.remove(stored)
    return kept


def read_file(file: DealFile) -> bytes:
    """Raises ledger.vault.FileLost."""
    return vault.read(file.file)


@transaction.atomic
def remove_file(*, creator, file_id: uuid.UUID, at: dt.datetime) -> uuid.UUID:
    """For good; returns the deal's id. Raises UnknownDeal."""
    found = DealFile.objects.filter(deal__creator=creator, pk=file_id).first()
    if found is None:
        raise UnknownDeal("There is no such file.")
    deal = locked(creator.pk, found.deal_id)
    found.delete()
    tell(deal, f"File removed: {found}", at=at, actor=creator)
    transaction.on_commit(lambda: vault.remove(found.file))
    return deal.pk
