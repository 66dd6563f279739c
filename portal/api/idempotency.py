"""`Idempotency-Key`: the same request is answered the same, and worked on once."""

import hashlib
import time

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from ledger.idempotency import REPLAYED, idempotency_key
from portal.models import StoredAnswer
from portal.operations import answers

logger = structlog.get_logger(__name__)
PATIENCE_SECONDS, PAUSE_SECONDS = 3, 0.05
RETRY_AFTER_SECONDS = 2
HEADERS = ("Content-Type", "Location")


class Replayed(Exception):
    """The request came before, and this is what it was answered."""

    def __init__(self, answer: StoredAnswer) -> None:
        super().__init__(answer.key)
        self.answer = answer

    def response(self) -> HttpResponse:
        headers = self.answer.headers | {REPLAYED: "true"}
        return HttpResponse(self.answer.body.encode(), status=self.answer.status, headers=headers)


class Conflict(exceptions.APIException):
    status_code = 409


class Once(BaseThrottle):
    """Stands before an unsafe request with a key, once it is known whose it is and that they may ask: the
    framework's last question before the view's own work is that of throttles. A view that `replays_itself`
    knows its own first answer."""

    def allow_request(self, request: Request, view) -> bool:
        if request.method in SAFE_METHODS or getattr(view, "replays_itself", False):
            return True
        if "HTTP_IDEMPOTENCY_KEY" not in request.META or not request.user.is_authenticated:
            return True
        key, digest = idempotency_key(request), _digest(request, view)
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                found = answers.claim(person_id=request.user.pk, key=key, request=digest, at=timezone.now())
                break
            except answers.KeyReused as conflict:
                raise Conflict(str(conflict), conflict.code) from conflict
            except answers.InProgress as conflict:
                if time.monotonic() > until:
                    refusal = Conflict(str(conflict), conflict.code)
                    refusal.wait = RETRY_AFTER_SECONDS
                    raise refusal from conflict
            time.sleep(PAUSE_SECONDS)
        if isinstance(found, StoredAnswer):
            raise Replayed(found)
        request._request.claim = found
        return True


def _digest(request: Request, view) -> str:
    """Of what is asked for. What stands between the parts of a form is another each time, and its files need
    not be in memory. Raises django.core.exceptions.RequestDataTooBig, and what parsing a form does."""
    told = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if MultiPartParser in view.parser_classes:
        parts = sorted((name, part) for name, parts in request.data.lists() for part in map(_part, parts))
        told.update(repr(parts).encode())
    else:
        told.update(request._request.body)
    return told.hexdigest()


def _part(part: str | UploadedFile) -> tuple[str, str]:
    """(what it says or is called, the digest of what it holds)"""
    if not isinstance(part, UploadedFile):
        return part, ""
    digest = hashlib.file_digest(part, "sha256").hexdigest()
    part.seek(0)
    return part.name, digest


def settle(request: HttpRequest, response: HttpResponse) -> None:
    """What was done is kept. A refusal did nothing: once its reason is gone, or the request is mended, it may
    be sent again with the same key. Does nothing for requests without a claim."""
    claim = getattr(request, "claim", None)
    if claim is None:
        return
    try:
        if 200 <= response.status_code < 300:
            headers = {name: response.headers[name] for name in HEADERS if name in response.headers}
            answers.keep(
                claim=claim, status=response.status_code, headers=headers, body=response.content.decode()
            )
        else:
            answers.free(claim=claim)
    except DatabaseError:  # the answer is true all the same; the claim dies by itself
        logger.exception("answer_not_stored")
