from portal.models.answers import StoredAnswer
from portal.models.exports import DataExport
from portal.models.keys import ApiKey
from portal.models.notices import MutedKind, Notice
from portal.models.people import User, UserManager, validate_time_zone
from portal.models.sightings import Sighting

__all__ = [
    "ApiKey",
    "DataExport",
    "MutedKind",
    "Notice",
    "Sighting",
    "StoredAnswer",
    "User",
    "UserManager",
    "validate_time_zone",
]
