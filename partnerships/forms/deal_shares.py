from django import forms

from partnerships.deal_states import BRAND_MAY


class WordForm(forms.Form):
    """What a brand says of a deliverable."""

    to = forms.ChoiceField(choices=[(state.value, state.label) for state in sorted(BRAND_MAY)])
    comment = forms.CharField(required=False, max_length=2000)

    @property
    def words(self) -> str:
        """What is wrong, in one sentence."""
        return "Your comment is too long." if "comment" in self.errors else "Choose what you think of it."
