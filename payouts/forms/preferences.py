from django import forms

from payouts.forms.amounts import PartsField
from payouts.models import PayoutPolicy
from payouts.models.policies import Schedule
from payouts.words import money


class PreferenceForm(forms.Form):
    """What the terms of the creator's country leave to choose."""

    schedule = forms.ChoiceField(label="When to be paid", widget=forms.RadioSelect)

    def __init__(self, policy: PayoutPolicy, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self.fields["schedule"].choices = [
            (schedule, schedule.label) for schedule in Schedule if schedule in policy.schedules
        ]
        least = money(policy.minimum, policy.currency)
        self.fields["minimum"] = PartsField(
            policy.currency,
            required=False,
            label="Only from this amount on",
            help_text=f"Leave it empty for the least that is paid, {least}.",
        )
        self.fields["minimum"].widget.attrs["data-unit"] = policy.currency
