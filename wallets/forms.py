import datetime as dt
import uuid

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django_countries.fields import CountryField

from wallets.ages import ImpossibleBirthDate, assert_possible
from wallets.models import GiftType
from wallets.models.gifts import LARGEST_QUANTITY, MESSAGE_LENGTH
from wallets.queries.offers import Offer, amount_limits, amount_offer


class BuyForm(forms.Form):
    """One of these offers, as it was shown: its price and coins are part of the choice. `key` makes a page's
    button buy each offer once."""

    package = forms.TypedChoiceField(
        label="Coins",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how many coins you want.",
            "invalid_choice": "This offer has changed or is no longer on sale in your country. Look at the "
            "prices and choose again.",
        },
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, offers: list[Offer], chosen: str | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["package"]
        field.choices = [(offer.shown, offer) for offer in offers]
        field.coerce = {offer.shown: offer for offer in offers}.get
        field.initial = next((offer.shown for offer in offers if str(offer.package.pk) == chosen), None)
        self.fields["key"].initial = uuid.uuid4

    def purchase_key(self) -> str:
        return f"page:{self.cleaned_data['key']}:{self.cleaned_data['package'].package.pk}"


class AmountForm(forms.Form):
    """A number of coins within the limits of these offers."""

    coins = forms.IntegerField(
        label="Number of coins", widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )

    def __init__(self, *args, offers: list[Offer], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.offers = offers
        self.smallest, self.largest = amount_limits(offers)
        field = self.fields["coins"]
        field.widget.attrs |= {"min": self.smallest, "max": self.largest}
        field.help_text = f"From {self.smallest:,} to {self.largest:,}, at the rate of the package below it."
        field.error_messages = dict.fromkeys(("required", "invalid"), self.outside)

    @property
    def outside(self) -> str:
        return f"Write a whole number from {self.smallest:,} to {self.largest:,}."

    @property
    def offer(self) -> Offer | None:
        """What so many cost; None while the form says nothing that makes sense."""
        return amount_offer(self.offers, self.cleaned_data["coins"]) if self.is_valid() else None

    def clean_coins(self) -> int:
        coins = self.cleaned_data["coins"]
        if amount_offer(self.offers, coins) is None:
            raise forms.ValidationError(self.outside)
        return coins

    fresh_key = staticmethod(uuid.uuid4)


class AmountPurchaseForm(AmountForm):
    """Such a number, bought at what was shown."""

    shown = forms.CharField()
    key = forms.UUIDField()

    def clean(self) -> dict:
        facts = super().clean()
        if "coins" in facts and facts.get("shown") != amount_offer(self.offers, facts["coins"]).shown:
            self.add_error("coins", "The price has changed. Look at it again.")
        return facts

    def purchase_key(self) -> str:
        return f"amount:{self.cleaned_data['key']}:{self.cleaned_data['coins']}"


class AgeForm(forms.Form):
    """What a buyer has not told yet."""

    country = CountryField(blank_label="Choose your country").formfield(
        help_text="It decides the price list and the age from which coins can be bought."
    )
    birth_date = forms.DateField(
        label="Date of birth",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}),
        help_text="Coins are for adults. It is shown to nobody else. Check it well: once saved, only our "
        "staff can change it.",
    )

    def __init__(self, *args, viewer, at: dt.datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        if viewer.country:
            del self.fields["country"]
        if viewer.birth_date:
            del self.fields["birth_date"]

    def clean_birth_date(self) -> dt.date:
        date = self.cleaned_data["birth_date"]
        try:
            assert_possible(date, self.at)
        except ImpossibleBirthDate as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return date


class RefundForm(forms.Form):
    """What the page has shown, which is what is asked for; `key` makes its button ask once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    amount = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class GiftChoiceForm(forms.Form):
    """Which gift, and how many. `gift_types` are those on sale; the first is chosen unless told."""

    gift_type = forms.TypedChoiceField(
        label="Gift",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose a gift.",
            "invalid_choice": "This gift is no longer on sale. Choose another one.",
        },
    )
    quantity = forms.IntegerField(
        label="How many",
        min_value=1,
        max_value=LARGEST_QUANTITY,
        initial=1,
        error_messages=dict.fromkeys(
            ["required", "invalid", "min_value", "max_value"], f"Send 1 to {LARGEST_QUANTITY} at once."
        ),
    )

    def __init__(self, *args, gift_types: list[GiftType], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.first = gift_types[0] if gift_types else None
        field = self.fields["gift_type"]
        field.choices = [(gift_type.slug, gift_type) for gift_type in gift_types]
        field.coerce = {gift_type.slug: gift_type for gift_type in gift_types}.get
        field.initial = self.first and self.first.slug

    def choice(self) -> tuple[GiftType | None, int]:
        """What was chosen as far as it makes sense, else the first gift, once."""
        self.is_valid()
        good = getattr(self, "cleaned_data", {})
        return good.get("gift_type") or self.first, good.get("quantity") or 1


class GiftForm(GiftChoiceForm):
    """A gift to be sent. `key` makes a form that was submitted twice send once."""

    message = forms.CharField(
        label="Message",
        required=False,
        max_length=MESSAGE_LENGTH,
        error_messages={"max_length": f"Keep the message within {MESSAGE_LENGTH} characters."},
    )
    key = forms.UUIDField(
        error_messages=dict.fromkeys(
            ["required", "invalid"], "This page was incomplete. Look again, then send."
        )
    )

    anonymous = forms.BooleanField(label="Without my name", required=False)

    fresh_key = staticmethod(uuid.uuid4)


class SentForm(forms.Form):
    """The gift that was just sent, as an address names it."""

    sent = forms.UUIDField()


class TapForm(GiftForm):
    """One tap of a streak."""

    streak = forms.UUIDField()


class MonthForm(forms.Form):
    """A UTC month, as in 2026-03; none for all time."""

    month = forms.DateField(
        label="Month",
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(format="%Y-%m", attrs={"type": "month", "placeholder": "2026-03"}),
        validators=[MinValueValidator(dt.date(2000, 1, 1)), MaxValueValidator(dt.date(2999, 12, 1))],
        error_messages=dict.fromkeys(
            ["invalid", "min_value", "max_value"], "Write a month as in 2026-03. Below are all your gifts."
        ),
    )
