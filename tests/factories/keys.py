from django.utils import timezone

from portal.operations import keys


def issue_key(*, user, scopes, name: str = "test") -> str:
    """What a program of theirs sends."""
    return keys.issue_key(user=user, name=name, scopes=scopes, at=timezone.now()).secret
