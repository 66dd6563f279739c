"""Programmes and their terms: announced, never edited."""

from collections.abc import Callable
from decimal import Decimal

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import pluralize
from django.utils import timezone
from django.utils.html import format_html_join

from ledger.admin import ReadOnlyAdmin
from ledger.units import format_amount, is_currency
from partnerships.accrual_arithmetic import MICROS
from partnerships.forms.amounts import AmountField, parts_of, written
from partnerships.forms.countries import CountriesField, country_of
from partnerships.models import Programme, ProgrammeTerms
from partnerships.models.programmes import ProgrammeKind
from partnerships.operations.programmes import (
    NotPermitted,
    UnableToAnnounce,
    add_programme,
    announce_terms,
    refuse_terms,
)
from partnerships.queries.programme_pages import rate_in_words, rates_of

LIMITS = ("daily_cap", "monthly_cap", "monthly_budget", "second_approval_above")


class ProgrammeForm(forms.ModelForm):
    class Meta:
        model = Programme
        fields = ("kind", "slug", "name", "description", "currency", "reviews_applications")

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"].upper()
        if not is_currency(currency):
            raise forms.ValidationError("Not a currency of ISO 4217.")
        return currency


@admin.register(Programme)
class ProgrammeAdmin(ReadOnlyAdmin):
    change_form_template = "admin/partnerships/programme.html"
    form = ProgrammeForm
    refusals = (NotPermitted, UnableToAnnounce)
    list_display = ("name", "kind", "currency", "reviews_applications", "created_at")
    list_filter = ("kind",)

    def has_add_permission(self, request, obj=None) -> bool:
        return request.user.has_perm("partnerships.manage_programmes")

    def save_model(self, request, obj: Programme, form: ProgrammeForm, change: bool) -> None:
        made = add_programme(actor=request.user, at=timezone.now(), **form.cleaned_data)
        obj.pk, obj._state.adding = made.pk, False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        programme = self.get_object(request, object_id)
        panel = {}
        if programme is not None:
            terms = list(programme.terms.prefetch_related("rates").order_by("-effective_date"))
            panel = {
                "programme": programme,
                "terms": [(each, rates_of(each, programme)) for each in terms],
                "enrolled": programme.enrolments.filter(state="active").count(),
                "may_import": request.user.has_perm("partnerships.import_metrics"),
            }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **panel})


class RatesField(forms.CharField):
    """One line for each country, as in "DE 2.50"; "*" stands for all others. → {country: millionths}."""

    def __init__(self, **options) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 6}), required=False, **options)

    def clean(self, value) -> dict[str, int]:
        rates: dict[str, int] = {}
        for number, line in enumerate(super().clean(value).splitlines(), start=1):
            if not line.strip():
                continue
            try:
                place, amount = line.rsplit(maxsplit=1)
                micros = Decimal(amount).scaleb(6)
                whole = int(micros)
            except (ArithmeticError, ValueError) as error:
                raise forms.ValidationError(f"Line {number} has no rate, as in “DE 2.50”.") from error
            try:
                country = "" if place.strip() == "*" else country_of(place.strip())
            except forms.ValidationError as refusal:
                raise forms.ValidationError(f"Line {number}: {refusal.message}") from refusal
            if micros != whole or not 0 <= whole <= 10**6 * MICROS:
                raise forms.ValidationError(f"Line {number}: a rate has at most six decimals.")
            if country in rates:
                raise forms.ValidationError(f"Line {number}: this country came before.")
            rates[country] = whole
        return rates


class TermsForm(forms.ModelForm):
    rates = RatesField(
        label="Rates",
        help_text="For a creator fund: one line for each country with what 1,000 qualified views pay, as in "
        "“DE 2.50”; “*” stands for all others. For ad revenue leave it empty.",
    )
    countries = CountriesField(
        required=False, help_text=ProgrammeTerms._meta.get_field("countries").help_text
    )
    share_per_mille = forms.IntegerField(
        min_value=0, max_value=1000, initial=550, help_text="Of ad revenue, the creator's part."
    )
    field_order = ("programme", "effective_date", "rates")

    class Meta:
        model = ProgrammeTerms
        fields = (
            "programme", "effective_date", "followers", "views", "age", "countries", "good_standing",
            "share_per_mille", *LIMITS, "reason",
        )  # fmt: skip
        widgets = {"effective_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        for name in LIMITS:
            field = ProgrammeTerms._meta.get_field(name)
            words = f"{field.help_text} In the programme's currency, such as 500."
            self.fields[name] = AmountField(
                label=field.verbose_name.capitalize(), required=False, help_text=words
            )

    def clean(self) -> dict:
        facts = super().clean()
        for name in LIMITS:
            try:
                facts[name] = _limit(name, facts.pop(name, ""), facts["programme"].currency)
            except KeyError:  # it is said that the programme is missing
                continue
            except forms.ValidationError as refusal:
                self.add_error(name, refusal)
        if not self.errors:
            terms = ProgrammeTerms(**{name: value for name, value in facts.items() if name != "rates"})
            try:
                refuse_terms(terms=terms, rates=facts["rates"], at=timezone.now())
            except UnableToAnnounce as refusal:
                self.add_error(refusal.field, str(refusal))
        return facts


def _limit(name: str, text: str, currency: str) -> int | None:
    """Nothing is no limit, but for what always takes two. Raises forms.ValidationError."""
    always = name == "second_approval_above"
    if not text:
        return 0 if always else None
    return parts_of(text, currency, least=0 if always else 1)


@admin.register(ProgrammeTerms)
class ProgrammeTermsAdmin(ReadOnlyAdmin):
    form = TermsForm
    refusals = (NotPermitted, UnableToAnnounce)
    list_display = ("programme", "effective_date", "pays", "announced_by", "reason")
    list_filter = ("programme",)
    list_select_related = ("programme", "announced_by")
    readonly_fields = ("pays", "limits")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("rates")

    def has_add_permission(self, request, obj=None) -> bool:
        return request.user.has_perm("partnerships.manage_programmes")

    def get_fields(self, request, obj=None):
        if obj is None:
            return list(TermsForm.base_fields)
        told = [name for name in TermsForm.base_fields if name not in ("rates", *LIMITS)]
        return [*told, "pays", "limits", "announced_at", "announced_by"]

    def get_readonly_fields(self, request, obj=None):
        return () if obj is None else self.readonly_fields

    def get_changeform_initial_data(self, request) -> dict:
        """Of the terms that are to change, if told by `?programme=<id>`."""
        asked = str(request.GET.get("programme", ""))
        known = ProgrammeTerms.objects.filter(programme__slug=asked).order_by("-effective_date").first()
        if known is None:
            found = Programme.objects.filter(slug=asked).first()
            return {"programme": found} if found else {}
        names = [name for name in TermsForm.base_fields if name not in ("rates", "effective_date", "reason")]
        limits = {
            name: ""
            if getattr(known, name) is None
            else written(getattr(known, name), known.programme.currency)
            for name in LIMITS
        }
        return {name: getattr(known, name) for name in names} | limits | {"rates": _lines(known)}

    def add_view(self, request: HttpRequest, form_url="", extra_context=None) -> HttpResponse:
        """What the form says is shown in words first, and announced once that was confirmed."""
        if request.method == "POST" and "confirmed" not in request.POST and self.has_add_permission(request):
            form = TermsForm(request.POST)
            if form.is_valid():
                context = self.admin_site.each_context(request) | {
                    "title": "Announce these terms?",
                    "opts": self.opts,
                    "form": form,
                    "facts": _preview(form.cleaned_data),
                }
                return render(request, "admin/partnerships/announce.html", context)
        return super().add_view(request, form_url, extra_context)

    def save_model(self, request, obj: ProgrammeTerms, form: TermsForm, change: bool) -> None:
        announce_terms(terms=obj, rates=form.cleaned_data["rates"], actor=request.user, at=timezone.now())

    @admin.display(description="pays")
    def pays(self, terms: ProgrammeTerms) -> str:
        return ", ".join(f"{place} {paid}" for place, paid in rates_of(terms, terms.programme))

    @admin.display(description="limits")
    def limits(self, terms: ProgrammeTerms) -> str:
        told = _limits(lambda name: getattr(terms, name), terms.programme.currency)
        return format_html_join("", "<p>{}: {}</p>", told)


def _lines(terms: ProgrammeTerms) -> str:
    rates = terms.rates.all()
    return "\n".join(
        f"{rate.country or '*'} {(Decimal(rate.rpm_micros) / MICROS).normalize():f}" for rate in rates
    )


def _limits(value_of: Callable[[str], int | None], currency: str) -> list[tuple[str, str]]:
    return [
        (
            ProgrammeTerms._meta.get_field(name).verbose_name.capitalize(),
            "none" if (value := value_of(name)) is None else format_amount(value, currency),
        )
        for name in LIMITS
    ]


def _preview(facts: dict) -> list[tuple[str, str]]:
    programme = facts["programme"]
    people = programme.enrolments.filter(state__in=["active", "suspended"]).count()
    told = [
        ("Programme", str(programme)),
        ("From", f"{facts['effective_date']} (UTC)"),
        ("Who is told", f"{people} creator{pluralize(people)}"),
        ("Followers", f"{facts['followers']:,} at least"),
        ("Views in 30 days", f"{facts['views']:,} at least"),
        ("Age", f"{facts['age']} at least"),
        ("Countries", ", ".join(facts["countries"]) or "everywhere"),
        ("Good standing", "needed" if facts["good_standing"] else "not needed"),
    ]
    if programme.kind == ProgrammeKind.AD_REVENUE:
        told.append(("Of what advertisers pay", f"{Decimal(facts['share_per_mille']) / 10} %"))
    for country, micros in facts["rates"].items():
        place, paid = rate_in_words(country, micros, programme.currency)
        told.append((place, f"{paid} a thousand"))
    return told + _limits(facts.get, programme.currency)
