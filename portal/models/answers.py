"""What the API answered, for when the same is asked again."""

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from ledger.encryption import EncryptedTextField
from portal.models.people import User


class StoredAnswer(models.Model):
    """The one answer to a person's requests with the same `Idempotency-Key`.

    `request` is the SHA-256 of method, address and body. While the first of the requests is worked on,
    `status` and `body` are null; `turn` counts who took it up, after the process of the one before died."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="stored_answers")
    key = models.CharField(max_length=104)
    request = models.CharField(max_length=64)
    turn = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = EncryptedTextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="stored_answer_once"),
            models.CheckConstraint(
                condition=Q(status__isnull=True) | Q(status__gte=200, status__lt=500),
                name="stored_answer_no_fault_of_ours",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="stored_answer_by_age")]

    def __str__(self) -> str:
        return self.key
