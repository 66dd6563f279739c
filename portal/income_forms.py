"""What the studio's pages of income are asked for."""

import datetime as dt

from django import forms
from django.http import QueryDict

from ledger.units import format_amount
from partnerships.forms.amounts import AmountField, parts_of, written
from partnerships.income_streams import IncomeState, Stream
from portal.queries.income import PERIODS, months_before

_FIRST = dt.date(2000, 1, 1)


def _with(asked: QueryDict, **defaults) -> QueryDict:
    filled = asked.copy()
    for name, value in defaults.items():
        filled.setdefault(name, str(value))
    return filled


class PeriodForm(forms.Form):
    """How many months, and of which streams."""

    months = forms.TypedChoiceField(
        label="Period",
        choices=[(months, f"{months} months") for months in PERIODS],
        coerce=int,
    )
    stream = forms.MultipleChoiceField(
        label="Income", choices=Stream.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, asked: QueryDict) -> None:
        super().__init__(_with(asked, months=PERIODS[1]))

    def wanted(self) -> tuple[int, list[Stream]]:
        """Twelve months, and everything, where nothing that makes sense is asked for."""
        self.full_clean()
        asked = self.cleaned_data
        streams = [Stream(stream) for stream in asked.get("stream", ())]
        return asked.get("months") or PERIODS[1], streams or list(Stream)


class RowsForm(forms.Form):
    """Which rows: UTC days, both inclusive, of one stream and state or of all."""

    since = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}))
    stream = forms.MultipleChoiceField(
        label="Income", choices=Stream.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    state = forms.ChoiceField(label="State", choices=[("", "Any"), *IncomeState.choices], required=False)

    def __init__(self, asked: QueryDict, today: dt.date) -> None:
        """The last twelve months of everything, where nothing else is asked for."""
        super().__init__(_with(asked, since=months_before(today.replace(day=1), 11), until=today))

    def clean(self) -> dict:
        asked = super().clean() or {}
        since, until = asked.get("since"), asked.get("until")
        if since and since < _FIRST:
            self.add_error("since", "Nothing was earned here before 2000.")
        if since and until and until < since:
            self.add_error("until", "This day is before the first one.")
        return asked

    def wanted(self) -> tuple[dt.date, dt.date, list[Stream], str]:
        """Once valid."""
        asked = self.cleaned_data
        streams = [Stream(stream) for stream in asked["stream"]] or list(Stream)
        return asked["since"], asked["until"], streams, asked["state"]


class GoalsForm(forms.Form):
    """One amount a stream, in one currency; an empty one is no goal."""

    def __init__(self, *args, goals, currency: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        for stream in Stream:
            goal = goals.get(stream)
            other = goal is not None and goal.currency != currency
            self.fields[stream] = AmountField(
                label=f"{stream.label}, {currency} a month",
                required=False,
                initial=written(goal.amount, currency) if goal and not other else "",
                help_text=f"Now {format_amount(goal.amount, goal.currency)}: without an amount here it ends."
                if other
                else "",
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
