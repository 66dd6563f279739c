from portal.models.answers import StoredAnswer
from portal.models.exports import DataExport
from portal.models.keys import ApiKey
from portal.models.notices import MutedKind, Notice
from portal.models.people import User, UserManager, validate_time_zone
from portal.models.sightings import Sighting
from portal.models.webhooks import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
    WebhookPosition,
)

__all__ = [
    "ApiKey",
    "DataExport",
    "MutedKind",
    "Notice",
    "Sighting",
    "StoredAnswer",
    "User",
    "UserManager",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEvent",
    "WebhookPosition",
    "validate_time_zone",
]
