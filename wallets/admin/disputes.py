import datetime as dt
import uuid

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django_object_actions import action

from ledger.admin import ActionsAdmin
from ledger.standing import InForceFilter
from ledger.units import format_amount
from wallets.admin import dispute_words as words
from wallets.admin.base import ConfirmedAdmin, sent
from wallets.models import Dispute, Freeze
from wallets.operations.follow_up import ask_about_dispute
from wallets.operations.freezes import UnableToFreeze, freeze_wallet, lift_freeze
from wallets.providers import ProviderRefused, ProviderUnreachable, UnknownProvider


@admin.register(Dispute)
class DisputeAdmin(ConfirmedAdmin):
    refusals = (ProviderRefused, ProviderUnreachable, UnknownProvider)
    list_display = ["opened_at", "viewer", "money", "state", "reason", "due_at"]
    list_filter = ["state", "opened_at"]
    list_select_related = ["purchase__viewer"]
    search_fields = ["=provider_reference", "=purchase__id", "=purchase__viewer__email"]
    search_help_text = "The whole reference of a dispute, number of a purchase or email."
    ordering = ["-id"]
    fieldsets = [
        ("Dispute", {"fields": ["viewer", "money", "state", "reason", "opened_at", "due_at", "next_action"]}),
        ("What became of the coins", {"fields": ["purchase", "bought", "left", "taken", "gifts", "lost"]}),
        (
            "References",
            {
                "fields": ["id", "provider_reference", "withdrawn", "closed_at", "asked_at", "entry"],
            },
        ),
    ]
    change_actions = ["ask_provider"]

    @admin.display(ordering="purchase__viewer__email")
    def viewer(self, dispute: Dispute) -> str:
        return str(dispute.purchase.viewer)

    @admin.display(ordering="amount", description="amount")
    def money(self, dispute: Dispute) -> str:
        return format_amount(dispute.amount, dispute.currency, get_language() or "en")

    @admin.display(description="bought")
    def bought(self, dispute: Dispute) -> str:
        return words.bought(dispute)

    @admin.display(description="left of it")
    def left(self, dispute: Dispute) -> str:
        return words.left(dispute)

    @admin.display(description="taken back")
    def taken(self, dispute: Dispute) -> str:
        return words.taken(dispute)

    @admin.display(description="gifts it paid for")
    def gifts(self, dispute: Dispute) -> str:
        return words.gifts(dispute)

    @admin.display(description="the platform lost")
    def lost(self, dispute: Dispute) -> str:
        return words.lost(dispute)

    @admin.display(description="what comes next")
    def next_action(self, dispute: Dispute) -> str:
        return words.next_action(dispute)

    def may_ask(self, request: HttpRequest) -> bool:
        return request.user.has_perm("wallets.change_dispute")

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        return self.change_actions if self.may_ask(request) else ()

    @action(
        label="Ask the provider",
        description="Hear how this dispute stands, and apply it.",
        methods=("GET", "POST"),
        button_type="a",
    )
    def ask_provider(self, request: HttpRequest, dispute: Dispute) -> HttpResponse:
        def act(now: dt.datetime) -> str:
            asked = ask_about_dispute(dispute_id=dispute.pk, at=now)
            return f"The provider says: {asked.get_state_display().lower()}."

        return self.ask(
            request,
            dispute,
            forms.Form(sent(request)),
            act,
            may=self.may_ask(request),
            title=f"Ask the provider about {dispute}",
            intro="What the provider says is applied at once: coins and diamonds are taken or put back.",
            button="Ask and apply",
            facts=[
                ("Viewer", self.viewer(dispute)),
                ("Amount", self.money(dispute)),
                ("State", dispute.get_state_display()),
            ],
        )


class FreezeForm(forms.ModelForm):
    """A wallet to freeze. `actor` is set by the admin."""

    actor = None
    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The owner of the wallet reads it: say what happened and what they can do.",
    )

    class Meta:
        model = Freeze
        fields = ["viewer", "reason"]

    def clean_viewer(self):
        viewer = self.cleaned_data["viewer"]
        if viewer == self.actor:
            raise forms.ValidationError("This is your own wallet: somebody else decides.")
        return viewer

    def _post_clean(self) -> None:
        """The operation fills in what the constraints ask for."""
        for name in self._meta.fields:
            setattr(self.instance, name, self.cleaned_data.get(name))


class ThawForm(forms.Form):
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


@admin.register(Freeze)
class FreezeAdmin(ActionsAdmin):
    """Frozen wallets: staff freeze by adding a row with a reason, and lift each cause by itself."""

    list_display = ["placed_at", "viewer", "cause", "reason", "placed_by", "lifted_at", "lifted_by"]
    list_filter = [InForceFilter, "cause", "placed_at"]
    list_select_related = ["viewer", "placed_by", "lifted_by"]
    search_fields = ["=viewer__email", "=viewer__handle"]
    search_help_text = "The whole email or handle of the owner."
    ordering = ["-id"]
    form = FreezeForm
    raw_id_fields = ["viewer"]
    change_actions = ["lift"]

    def may_freeze(self, request: HttpRequest) -> bool:
        return request.user.has_perm("wallets.freeze_wallet")

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.may_freeze(request)

    def get_fields(self, request: HttpRequest, obj=None) -> list[str]:
        if obj is None:
            return ["viewer", "reason"]
        names = ["id", "viewer", "cause", "dispute", "reason", "placed_at", "placed_by"]
        return [*names, "lifted_at", "lifted_by", "lifted_because"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.actor = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Freeze, form: FreezeForm, change: bool) -> None:
        obj.pk = uuid.UUID(str(obj.pk))
        kept = freeze_wallet(
            viewer_id=obj.viewer_id, reason=obj.reason, key=obj.pk, actor=request.user, at=timezone.now()
        )
        obj.placed_at = kept.placed_at

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        placed = self.get_object(request, object_id)
        in_force = placed is not None and placed.lifted_at is None
        mine = placed is not None and placed.viewer_id == request.user.pk
        return self.change_actions if in_force and not mine and self.may_freeze(request) else ()

    @action(label="Lift this", methods=("GET", "POST"), button_type="a")
    def lift(self, request: HttpRequest, placed: Freeze) -> HttpResponse:
        if not self.may_freeze(request):
            raise PermissionDenied
        form = ThawForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                lift_freeze(freeze_id=placed.pk, reason=reason, actor=request.user, at=timezone.now())
            except UnableToFreeze as refusal:
                form.add_error(None, str(refusal))
            else:
                self.log_change(request, placed, f"Lifted: {reason}")
                messages.success(
                    request, "Lifted. The wallet is free again unless another cause is in force."
                )
                return redirect("admin:wallets_freeze_change", placed.pk)
        context = self.admin_site.each_context(request) | {
            "title": f"Lift a freeze of {placed.viewer}'s wallet",
            "opts": self.opts,
            "row": placed,
            "form": form,
            "intro": f"{placed.get_cause_display()}: {placed.reason}",
            "button": "Lift this freeze",
        }
        return render(request, "admin/wallets/act.html", context, status=422 if form.errors else 200)
