from portal.models.answers import StoredAnswer
from portal.models.closures import Closure, KeptHandle
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
    "Closure",
    "DataExport",
    "KeptHandle",
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
