"""The person behind every role. The three products reach it only by `get_user_model()`."""

import re
import zoneinfo

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django_countries.fields import CountryField
from uuid_utils.compat import uuid7

HANDLE = re.compile(r"^[a-z0-9](?:[a-z0-9_.]{1,28})[a-z0-9]$")


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"{name} is not a time zone of the IANA database.")


class UserManager(BaseUserManager):
    use_in_migrations = True

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **facts) -> "User":
        if not email:
            raise ValueError("A user needs an email address.")
        user = self.model(email=self.normalize_email(email), **facts)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **facts) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **facts)


class User(AbstractBaseUser, PermissionsMixin):
    """Logs in by email, is known to others by handle. Money is shown in `base_currency`, in `language`'s
    format and `time_zone`; it is booked in the currencies and UTC days in which it moved."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField("email address")
    handle = models.CharField(
        max_length=30,
        blank=True,
        default="",
        validators=[
            RegexValidator(
                HANDLE, "3 to 30 small letters, digits, dots or underscores, a letter or digit at both ends."
            )
        ],
        help_text="Your address on the site: 3 to 30 small letters, digits, dots or underscores.",
    )
    display_name = models.CharField(max_length=60, blank=True, default="")
    country = CountryField(blank=True, default="")
    birth_date = models.DateField("date of birth", null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    language = models.CharField(max_length=10, default="en")
    base_currency = models.CharField(max_length=3, default="USD")
    is_creator = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField("account closed", null=True, blank=True, editable=False)

    objects = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_creator=False) | ~models.Q(handle=""),
                name="user_creator_has_handle",
                violation_error_message="A creator needs a handle: it is the address of their page.",
            ),
            models.UniqueConstraint(
                Lower("email"), name="user_email_once", violation_error_message="This email is taken."
            ),
            models.UniqueConstraint(
                "handle",
                condition=~models.Q(handle=""),
                name="user_handle_once",
                violation_error_message="This handle is taken.",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or (f"@{self.handle}" if self.handle else self.email)

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)
