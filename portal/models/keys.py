"""Keys with which people's programs use the API."""

from django.db import models
from uuid_utils.compat import uuid7

from portal.models.people import User


class ApiKey(models.Model):
    """A person's key to the API. The key itself is shown once; its SHA-256 stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=60)
    start = models.CharField(max_length=12, help_text="The first characters, to tell keys apart.")
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To within five minutes.")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API key"
        permissions = (("revoke_apikey", "Can revoke anybody's API key"),)

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"
