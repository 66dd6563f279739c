from django.contrib.auth import get_user_model


def creator_called(handle: str):
    """The creator with this handle, or None: also for those who take no gifts (any longer)."""
    people = get_user_model().objects
    return people.filter(handle=handle, is_creator=True, is_active=True).first() if handle else None


def person_called(handle: str):
    """Whoever has this handle, creator or not; None where nobody has."""
    return get_user_model().objects.filter(handle=handle).first() if handle else None
