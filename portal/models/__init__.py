from portal.models.exports import DataExport
from portal.models.notices import MutedKind, Notice
from portal.models.people import ApiKey, User, UserManager, validate_time_zone
from portal.models.sightings import Sighting

__all__ = [
    "ApiKey",
    "DataExport",
    "MutedKind",
    "Notice",
    "Sighting",
    "User",
    "UserManager",
    "validate_time_zone",
]
