"""What a deal is made of, as its creator writes it down."""

from django import forms

from partnerships.forms.amounts import AmountField, parts_of, written
from partnerships.forms.deals import KeyedForm, day
from partnerships.models import BrandDeal, Deliverable, Milestone


class PartForm(KeyedForm):
    """`initial_of` gives what stands in the form about a part that is there."""

    def __init__(self, *arguments, deal: BrandDeal, **options) -> None:
        super().__init__(*arguments, **options)
        self.deal = deal

    @classmethod
    def initial_of(cls, part) -> dict:
        names = (name for name in cls.base_fields if name != "key")
        return {"key": part.pk} | {name: getattr(part, name) for name in names}


class DeliverableForm(PartForm):
    kind = forms.ChoiceField(choices=Deliverable.Kind.choices, label="What it is")
    title = forms.CharField(max_length=140, label="Title")
    platform = forms.CharField(max_length=40, required=False, help_text="Such as YouTube.")
    due_date = day(label="Due")
    proof_url = forms.URLField(
        max_length=500,
        required=False,
        label="Link",
        assume_scheme="https",
        help_text="Where it is published.",
    )
    disclosure = forms.ChoiceField(
        choices=Deliverable.Disclosure.choices,
        label="How it says that it is an advertisement",
        help_text="Most countries want paid work to be recognised as such at first sight.",
    )
    disclosure_url = forms.URLField(
        max_length=500, required=False, label="Link that shows it", assume_scheme="https"
    )
    disclosure_file = forms.ModelChoiceField(
        None,
        required=False,
        label="File that shows it",
        empty_label="None",
        help_text="One of this deal’s files.",
    )

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self.fields["disclosure_file"].queryset = self.deal.files.all()


class MilestoneForm(PartForm):
    title = forms.CharField(max_length=140, label="What for", help_text="Such as “Half on signing”.")
    amount = AmountField(help_text="Without tax.")
    trigger = forms.ChoiceField(choices=Milestone.Trigger.choices, label="When it becomes payable")
    due_date = day(required=True, label="Expected on", help_text="The forecast counts it in this month.")

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self.fields["amount"].widget.attrs["data-unit"] = self.deal.currency

    @classmethod
    def initial_of(cls, part) -> dict:
        return super().initial_of(part) | {"amount": written(part.amount, part.deal.currency)}

    def clean_amount(self) -> int:
        return parts_of(self.cleaned_data["amount"], self.deal.currency)


class UsageRightForm(PartForm):
    what = forms.CharField(
        max_length=140, label="What the brand may do", help_text="Such as “paid advertisements”."
    )
    platform = forms.CharField(max_length=80, required=False, label="On which platforms")
    territory = forms.CharField(max_length=80, required=False, label="Where")
    from_date = day(required=True, label="From")
    until_date = day(label="Until", help_text="Without a day, for ever.")


class ExclusivityForm(PartForm):
    category = forms.CharField(
        max_length=60, help_text="Such as “headphones”: you work for no other brand of this category."
    )
    platform = forms.CharField(max_length=80, required=False, label="On which platforms")
    territory = forms.CharField(max_length=80, required=False, label="Where")
    from_date = day(required=True, label="From")
    until_date = day(required=True, label="Until")
