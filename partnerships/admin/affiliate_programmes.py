"""Affiliate programmes, what they pay, and the codes that name creators."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django_object_actions import action

from ledger.admin import ConfirmedAddAdmin
from ledger.confirmed import ConfirmedAdmin, sent
from partnerships.affiliate_words import line_in_words, rate_in_words
from partnerships.forms.affiliate_staff import CouponForm, ProgrammeForm, RateForm
from partnerships.models import AffiliateCoupon, AffiliateProgramme, AffiliateRate
from partnerships.operations import affiliate_links, affiliate_programmes
from partnerships.operations.programmes import NotPermitted
from partnerships.queries.affiliate import rates_from


@admin.register(AffiliateProgramme)
class AffiliateProgrammeAdmin(ConfirmedAdmin):
    form = ProgrammeForm
    refusals = (NotPermitted, affiliate_programmes.UnableToSaveProgramme)
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

    def change_view(self, request: HttpRequest, object_id, form_url="", extra_context=None) -> HttpResponse:
        """Staff see what a change comes to, and confirm it."""
        known = self.get_object(request, object_id)
        asks = request.method == "POST" and "confirmed" not in request.POST
        if asks and known is not None and self.has_change_permission(request, known):
            form = self.get_form(request, known, change=True)(request.POST, instance=known)
            if form.is_valid() and (changes := _changes(form)):
                context = self.admin_site.each_context(request) | {
                    "title": f"Change {form.initial['name']}?",
                    "intro": "Clicks until now keep the window and the hold that they were made under. All "
                    "else changes at once; while a programme is paused or ended, no coupon code counts.",
                    "button": "Change it",
                    "opts": self.opts,
                    "form": form,
                    "columns": ("What", "Now", "Then"),
                    "rows": changes,
                }
                return TemplateResponse(request, "admin/ledger/confirm_new.html", context)
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: AffiliateProgramme, form, change: bool) -> None:
        affiliate_programmes.save_programme(programme=obj, actor=request.user, at=timezone.now())

    def response_add(self, request: HttpRequest, obj: AffiliateProgramme, post_url_continue=None):
        return self._secret(request, obj, obj.secret)

    def _secret(self, request: HttpRequest, programme: AffiliateProgramme, secret: str) -> HttpResponse:
        """On the answer itself, so that it rests nowhere on its way."""
        context = self.admin_site.each_context(request) | {
            "title": f"The secret of {programme}", "opts": self.opts, "row": programme, "secret": secret,
        }  # fmt: skip
        return TemplateResponse(request, "admin/partnerships/affiliate_secret.html", context)

    @admin.display(description="rates")
    def rates(self, programme: AffiliateProgramme) -> str:
        found = rates_from([programme.pk], timezone.now())[programme.pk]
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
            shown["secret"] = affiliate_programmes.rotate_secret(
                programme_id=programme.pk, actor=request.user, at=at
            )
            return "The secret was changed."

        answer = self.ask(
            request, programme, forms.Form(sent(request)), act,
            title=f"A new secret for {programme}",
            intro="The merchant signs postbacks with it. The one before holds for another week.",
            button="Make a new secret",
        )  # fmt: skip
        return self._secret(request, programme, shown["secret"]) if shown else answer


def _changes(form: ProgrammeForm) -> list[tuple[str, str, str]]:
    """What each is called, was and becomes."""
    found = []
    for name in form.changed_data:
        told = (form.initial[name], form.cleaned_data[name])
        before, after = (", ".join(each) if isinstance(each, list) else str(each) for each in told)
        if before != after:
            found.append((form[name].label, before, after))
    return found


@admin.register(AffiliateRate)
class AffiliateRateAdmin(ConfirmedAddAdmin):
    """A rate is announced, never changed: the next one follows it."""

    confirmation = {
        "title": "Announce this rate?",
        "intro": "Creators read it at once. It can't be taken back; the next one follows it.",
        "button": "Announce it",
    }

    form = RateForm
    refusals = (NotPermitted, affiliate_programmes.UnableToAnnounceRate)
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
        now = rates_from([facts["programme"].pk], timezone.now())[facts["programme"].pk][:1]
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
            actor=request.user,
            reason=said["reason"],
            at=form.at,
        ).pk


@admin.register(AffiliateCoupon)
class AffiliateCouponAdmin(ConfirmedAdmin):
    """A code is given, and ended; never changed: orders have been told with it."""

    form = CouponForm
    refusals = (NotPermitted, affiliate_links.UnableToGiveCoupon, affiliate_links.UnknownCoupon)
    change_actions = ("end",)
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
            actor=request.user,
            from_at=said["from_at"],
            until_at=said["until_at"],
        ).pk

    def get_change_actions(self, request: HttpRequest, object_id, form_url) -> tuple[str, ...]:
        coupon = self.get_object(request, object_id)
        runs = coupon is not None and (coupon.until_at is None or coupon.until_at > timezone.now())
        return self.change_actions if runs and self._may_end(request) else ()

    def _may_end(self, request: HttpRequest) -> bool:
        return request.user.has_perm("partnerships.change_affiliatecoupon")

    @action(label="End this code", methods=("POST",), button_type="form")
    def end(self, request: HttpRequest, coupon: AffiliateCoupon) -> HttpResponse:
        if not self._may_end(request):
            raise PermissionDenied

        def act(at) -> str:
            affiliate_links.end_coupon(coupon_id=coupon.pk, actor=request.user, at=at)
            return f"{coupon} has ended."

        return self.ask(
            request, coupon, forms.Form(sent(request)), act,
            title=f"End the code {coupon} of {coupon.creator}?",
            intro="Orders from now on earn nothing by it; those until now stay. It can't be given again.",
            button="End it", destructive=True,
        )  # fmt: skip
