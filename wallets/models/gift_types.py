from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from uuid_utils.compat import uuid7


class SlugRange(Func):
    """A text as a range of one number: core PostgreSQL excludes overlapping ranges, but not equal texts."""

    template = "int8range(hashtext(%(expressions)s)::bigint, hashtext(%(expressions)s)::bigint, '[]')"

    def as_sql(self, *arguments, **context) -> tuple[str, list]:
        """The text stands in the template twice, and so do its parameters where it is no column."""
        sql, parameters = super().as_sql(*arguments, **context)
        return sql, [*parameters, *parameters]


class GiftType(models.Model):
    """A gift of the catalogue at a price, from one moment until another. A new price is a new row with the
    same slug, so at any moment a slug names one row at most."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=40, help_text="Its name in addresses and in the API. It stays.")
    name = models.CharField(max_length=40)
    coins = models.BigIntegerField()
    picture = models.SlugField(max_length=40, default="gift", help_text="A symbol of static/img/gifts.svg.")
    available_from = models.DateTimeField()
    available_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(coins__range=(1, 1_000_000)),
                name="gift_type_price",
                violation_error_message="A gift costs 1 to 1,000,000 coins.",
            ),
            models.CheckConstraint(
                condition=Q(available_until__isnull=True) | Q(available_until__gt=F("available_from")),
                name="gift_type_ends_after_its_start",
                violation_error_message="A gift's sale ends after it began.",
            ),
            ExclusionConstraint(
                name="gift_type_one_price_at_a_time",
                expressions=[
                    (SlugRange("slug"), RangeOperators.OVERLAPS),
                    (
                        Func("available_from", "available_until", function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Another row of this gift is on sale at that time: end it first.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Before the constraints are asked: PostgreSQL makes no range that ends before it starts."""
        start, end = self.available_from, self.available_until
        if start and end and end <= start:
            raise ValidationError({"available_until": "A gift's sale ends after it began."})

    def on_sale(self, at) -> bool:
        return self.available_from <= at and (self.available_until is None or at < self.available_until)
