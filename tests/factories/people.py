import datetime as dt

import factory
from django.contrib.auth import get_user_model
from factory.django import DjangoModelFactory


class UserFactory(DjangoModelFactory):
    """A viewer in Germany, of age, who can log in: the password is `portal-demo`."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.test")
    display_name = factory.Sequence(lambda number: f"Person {number}")
    handle = factory.Sequence(lambda number: f"person{number}")
    country = "DE"
    birth_date = dt.date(1990, 5, 17)
    base_currency = "EUR"
    time_zone = "Europe/Berlin"
    password = factory.django.Password("portal-demo")


class CreatorFactory(UserFactory):
    is_creator = True


class StaffFactory(UserFactory):
    is_staff = True
