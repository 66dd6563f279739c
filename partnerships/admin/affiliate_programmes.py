"""Affiliate programmes, what they pay, and the codes that name creators."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django_object_actions import action

from ledger.admin import ConfirmedAddAdmin, ReadOnlyAdmin
from ledger.confirmed import ConfirmedAdmin, sent
from partnerships.affiliate_words import line_in_words, rate_in_words
from partnerships.forms.affiliate_staff import CouponForm, ProgrammeForm, RateForm
from partnerships.models import AffiliateCoupon, AffiliateProgramme, AffiliateRate
from partnerships.operations import affiliate_links, affiliate_programmes
from partnerships.queries.affiliate import rates_from


@admin.register(AffiliateProgramme)
class AffiliateProgrammeAdmin(ConfirmedAdmin):
    form = ProgrammeForm
    refusals = (affiliate_programmes.UnableToSaveProgramme,)
    list_display = ("name", "currency", "state", "window_days", "hold_days", "approves_itself")
    list_filter = ("state", "currency")
    search_fields = ("name",)
    readonly_fields = ("rates", "postback_address")
    change_actions = ("rotate_secret",)

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj=None):
        return self.readonly_fields if obj else ()

    def get_fields(self, request: HttpRequest, obj=None):
        return (*ProgrammeForm.Meta.fields, *self.get_readonly_fields(request, obj))

    def save_model(self, request: HttpRequest, obj: AffiliateProgramme, form, change: bool) -> None:
        affiliate_programmes.save_programme(programme=obj, at=timezone.now())
        if not change:
            messages.warning(request, f"The merchant signs with {obj.secret} – it is shown only now.")

    @admin.display(description="rates")
    def rates(self, programme: AffiliateProgramme) -> str:
        found = rates_from(programme.pk, timezone.now())
        rows = (
            (f"{rate.effective_at:%Y-%m-%d %H:%M} UTC", " ".join(rate_in_words(rate, programme.currency)))
            for rate in found
        )
        add = f"{reverse('admin:partnerships_affiliaterate_add')}?programme={programme.pk}"
        told = format_html_join("", "<p>From {}: {}</p>", rows)
        return format_html('{}<p><a href="{}">Announce a rate</a></p>', told, add)

    @admin.display(description="postbacks to")
    def postback_address(self, programme: AffiliateProgramme) -> str:
        return reverse("partnerships:affiliate_hook", args=[programme.pk])

    @action(label="New secret", methods=("POST",), button_type="form")
    def rotate_secret(self, request: HttpRequest, programme: AffiliateProgramme) -> HttpResponse:
        if not self.has_change_permission(request, programme):
            raise PermissionDenied
        shown = {}

        def act(at) -> str:
            shown["secret"] = affiliate_programmes.rotate_secret(programme_id=programme.pk, at=at)
            return "The secret was changed."

        answer = self.ask(
            request, programme, forms.Form(sent(request)), act,
            title=f"A new secret for {programme}",
            intro="The merchant signs postbacks with it. The one before holds for another week.",
            button="Make a new secret",
        )  # fmt: skip
        if shown:
            messages.warning(request, f"The merchant signs with {shown['secret']} – it is shown only now.")
        return answer


@admin.register(AffiliateRate)
class AffiliateRateAdmin(ConfirmedAddAdmin):
    """A rate is announced, never changed: the next one follows it."""

    confirmation = {
        "title": "Announce this rate?",
        "intro": "Creators read it at once. It can't be taken back; the next one follows it.",
        "button": "Announce it",
    }

    form = RateForm
    refusals = (affiliate_programmes.UnableToAnnounceRate,)
    list_display = ("programme", "effective_at", "words", "announced_by", "reason")
    list_filter = ("programme",)
    list_select_related = ("programme", "announced_by")
    ordering = ("programme", "-effective_at")

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("lines")

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_fields(self, request: HttpRequest, obj=None):
        if obj is None:
            return ("programme", "general", "tiers", "products", "effective_at", "reason")
        return ("programme", "effective_at", "words", "announced_at", "announced_by", "reason")

    def get_readonly_fields(self, request: HttpRequest, obj=None):
        return self.get_fields(request, obj) if obj else ()

    @admin.display(description="pays")
    def words(self, rate: AffiliateRate) -> str:
        return " ".join(rate_in_words(rate, rate.programme.currency))

    def effects(self, facts: dict) -> list[tuple[str, ...]]:
        unit = facts["programme"].currency
        now = rates_from(facts["programme"].pk, timezone.now())[:1]
        return [
            ("Programme", str(facts["programme"])),
            ("Now", " ".join(rate_in_words(now[0], unit)) if now else "Nothing yet."),
            ("Then", " ".join(line_in_words(line, unit) for line in facts["lines"])),
            ("From", f"{timezone.localtime(facts['effective_at']):%Y-%m-%d %H:%M %Z}"),
        ]

    def save_model(self, request: HttpRequest, obj: AffiliateRate, form: RateForm, change: bool) -> None:
        said = form.cleaned_data
        obj.pk = affiliate_programmes.announce_rate(
            programme_id=said["programme"].pk,
            lines=said["lines"],
            effective_at=said["effective_at"],
            by=request.user,
            reason=said["reason"],
            at=form.at,
        ).pk


@admin.register(AffiliateCoupon)
class AffiliateCouponAdmin(ReadOnlyAdmin):
    """A code is given, never changed: orders have been told with it."""

    form = CouponForm
    refusals = (affiliate_links.UnableToGiveCoupon,)
    list_display = ("code", "programme", "creator", "from_at", "until_at")
    list_filter = ("programme",)
    list_select_related = ("programme", "creator")
    search_fields = ("=code", "=creator__email", "=creator__handle")
    raw_id_fields = ("creator",)
    fields = CouponForm.Meta.fields

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def save_model(self, request: HttpRequest, obj: AffiliateCoupon, form, change: bool) -> None:
        said = form.cleaned_data
        obj.pk = affiliate_links.give_coupon(
            programme_id=said["programme"].pk,
            creator=said["creator"],
            code=said["code"],
            from_at=said["from_at"],
            until_at=said["until_at"],
        ).pk
