"""What the studio's pages of income are asked for."""

import datetime as dt

from django import forms

from partnerships.forms.amounts import AmountField, parts_of, written
from partnerships.income_streams import IncomeState, Stream
from portal.queries.income import PERIODS, months_before

_FIRST = dt.date(2000, 1, 1)


class PeriodForm(forms.Form):
    """How many months, and of which streams."""

    months = forms.TypedChoiceField(
        label="Period",
        choices=[(months, f"{months} months") for months in PERIODS],
        coerce=int,
        required=False,
        empty_value=PERIODS[1],
    )
    stream = forms.MultipleChoiceField(
        label="Income", choices=Stream.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def wanted(self) -> tuple[int, list[Stream]]:
        """Twelve months of everything where nothing, or nothing that makes sense, is asked for."""
        asked = self.cleaned_data if self.is_valid() else {}
        streams = [Stream(stream) for stream in asked.get("stream", ())]
        return asked.get("months") or PERIODS[1], streams or list(Stream)


class RowsForm(forms.Form):
    """Which rows: UTC days, both inclusive, of one stream and state or of all."""

    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    stream = forms.MultipleChoiceField(
        label="Income", choices=Stream.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    state = forms.ChoiceField(label="State", choices=[("", "Any"), *IncomeState.choices], required=False)

    def clean(self) -> dict:
        asked = super().clean() or {}
        since, until = asked.get("since"), asked.get("until")
        if since and since < _FIRST:
            self.add_error("since", "Nothing was earned here before 2000.")
        if since and until and until < since:
            self.add_error("until", "This day is before the first one.")
        return asked

    def wanted(self, today: dt.date) -> tuple[dt.date, dt.date, list[Stream], str]:
        """The last twelve months of everything where nothing else is asked for."""
        asked = self.cleaned_data if self.is_valid() else {}
        until = asked.get("until") or today
        since = asked.get("since") or min(until, months_before(today.replace(day=1), 11))
        streams = [Stream(stream) for stream in asked.get("stream", ())] or list(Stream)
        return since, until, streams, asked.get("state", "")


class GoalsForm(forms.Form):
    """One amount a stream, in one currency; an empty one is no goal."""

    def __init__(self, *args, goals, currency: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        for stream in Stream:
            goal = goals.get(stream)
            self.fields[stream] = AmountField(
                label=f"{stream.label}, {currency} a month",
                required=False,
                initial=written(goal.amount, currency) if goal and goal.currency == currency else "",
            )

    def clean(self) -> dict:
        """{stream: smallest parts}, 0 for none."""
        found = super().clean() or {}
        for stream in Stream:
            try:
                text = found.get(stream, "")
                found[stream] = parts_of(text, self.currency, least=0) if text else 0
            except forms.ValidationError as error:
                self.add_error(stream, error)
        return found
