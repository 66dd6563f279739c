"""What people may change about themselves."""

import uuid

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from portal.queries.people import handle_is_kept

PROFILE = ("display_name", "handle", "country", "birth_date", "time_zone", "language", "base_currency")


class HandleTaken(Exception):
    """Someone else is known by this handle."""

    code, field = "handle_taken", "handle"


class HandleMissing(Exception):
    """A creator's page lives at their handle: without one there is no page."""

    code, field = "handle_missing", "handle"


class BirthDateKept(Exception):
    """A date of birth, once told, is changed by staff alone: it decides what one may buy."""

    code, field = "birth_date_kept", "birth_date"


def save_profile(*, user_id: uuid.UUID, **facts):
    """Keep the given facts, which are some of PROFILE and already validated; returns the person.
    Raises HandleTaken, HandleMissing where a creator would lose theirs, BirthDateKept."""
    unknown = set(facts) - set(PROFILE)
    if unknown:
        raise TypeError(f"No part of a profile: {', '.join(sorted(unknown))}.")
    with transaction.atomic():
        user = get_user_model().objects.select_for_update().get(pk=user_id)
        if "birth_date" in facts and user.birth_date not in (None, facts["birth_date"]):
            raise BirthDateKept("Your date of birth is known already. If it is wrong, write to us.")
        for name, value in facts.items():
            setattr(user, name, value)
        if user.handle and "handle" in facts and handle_is_kept(user.handle):
            raise HandleTaken(f"The handle {user.handle} is taken. Choose another one.")
        if user.is_creator and not user.handle:
            raise HandleMissing("A creator needs a handle: it is the address of your page.")
        try:
            with transaction.atomic():
                user.save(update_fields=facts)
        except IntegrityError as error:
            if error.__cause__.diag.constraint_name != "user_handle_once":
                raise
            raise HandleTaken(f"The handle {user.handle} is taken. Choose another one.") from error
    return user


def become_creator(*, user_id: uuid.UUID):
    """Open the studio to a person; one who is a creator stays one. Raises HandleMissing."""
    people = get_user_model().objects
    if not people.filter(pk=user_id).exclude(handle="").update(is_creator=True):
        raise HandleMissing("Choose a handle in your profile first: it is the address of your page.")
    return people.get(pk=user_id)
