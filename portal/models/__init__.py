from portal.models.notices import MutedKind, Notice
from portal.models.people import ApiKey, User, UserManager, validate_time_zone

__all__ = ["ApiKey", "MutedKind", "Notice", "User", "UserManager", "validate_time_zone"]
