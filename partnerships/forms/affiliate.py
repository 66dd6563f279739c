"""What creators fill in about affiliate links."""

import uuid

from django import forms

from partnerships.affiliate_states import ConversionState
from partnerships.models import AffiliateLink, AffiliateProgramme
from partnerships.queries.affiliate import joined_programmes


class LinkForm(forms.Form):
    """`key` makes one link, however often the form is sent."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    programme = forms.ModelChoiceField(AffiliateProgramme.objects.none(), empty_label=None)
    target_url = forms.URLField(
        label="Page of the shop",
        max_length=1000,
        required=False,
        assume_scheme="https",
        help_text="The page that your audience should see. Left empty, the programme's own.",
    )
    label = forms.CharField(
        label="Note for yourself", max_length=80, required=False, help_text="Such as where you will post it."
    )

    def __init__(self, creator, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        joined = joined_programmes(creator.pk).filter(state=AffiliateProgramme.State.ACTIVE)
        self.fields["programme"].queryset = joined
        self.fields["key"].initial = uuid.uuid4


class ConversionFilter(forms.Form):
    state = forms.ChoiceField(choices=[("", "Every state"), *ConversionState.choices], required=False)
    programme = forms.ModelChoiceField(
        AffiliateProgramme.objects.none(), empty_label="Every programme", required=False
    )
    link = forms.ModelChoiceField(
        AffiliateLink.objects.none(), required=False, widget=forms.HiddenInput, empty_label=None
    )

    def __init__(self, creator, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self.fields["programme"].queryset = joined_programmes(creator.pk)
        self.fields["link"].queryset = AffiliateLink.objects.filter(creator=creator)

    @property
    def asked(self) -> dict:
        """For `filter`; what makes no sense is left out."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
