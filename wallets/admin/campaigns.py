import datetime as dt
from decimal import ROUND_UP

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django_object_actions import action

from ledger.queries import NoRate
from ledger.rates import convert
from ledger.units import COIN, format_amount
from wallets.admin.base import ConfirmedAdmin, MomentField, sent
from wallets.challenge_states import CampaignState
from wallets.models import Campaign
from wallets.models.challenges import CLAIM_DAYS
from wallets.operations import campaigns
from wallets.operations.campaigns import UnableToChangeCampaign
from wallets.operations.rewards import COST_CURRENCY
from wallets.policy.reckoning import payout_of_coin
from wallets.queries.challenge_cards import gift_names, rule
from wallets.queries.gift_types import gift_types_at

MOMENT = "%Y-%m-%d %H:%M %Z"


class DraftForm(forms.ModelForm):
    gift_slug = forms.ChoiceField(
        label="Gift", required=False, help_text="Only gifts of this kind count; for campaigns about gifts."
    )
    starts_at = MomentField(help_text="In your time zone. One that has passed: when it is published.")
    ends_at = MomentField(help_text="In your time zone.")
    judge_handles = forms.CharField(
        label="Judges",
        required=False,
        help_text="Handles of creators, with blanks between; for submissions.",
    )

    class Meta:
        model = Campaign
        fields = [
            "title", "slug", "words", "kind", "target", "gift_slug", "starts_at", "ends_at", "countries",
            "reward", "times", "reward_days", "budget", "reviewed", "may_resubmit",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "gift_slug" in self.fields:  # not where a page only shows
            on_sale = {gift.slug: gift.name for gift in gift_types_at(timezone.now())}
            self.fields["gift_slug"].choices = [("", "Every gift"), *on_sale.items()]
        if "judge_handles" in self.fields and self.instance.created_at:
            self.fields["judge_handles"].initial = handles(self.instance)

    def clean_judge_handles(self) -> list:
        wanted = {word.lower().lstrip("@") for word in self.cleaned_data["judge_handles"].split()}
        found = list(get_user_model().objects.filter(handle__in=wanted, is_creator=True, is_active=True))
        if unknown := wanted - {person.handle for person in found}:
            raise forms.ValidationError(f"No creator is called {', '.join(sorted(unknown))}.")
        return found

    def clean(self) -> dict:
        facts = super().clean()
        judges = facts.get("judge_handles", [])
        try:
            campaigns.assert_fits(kind=facts.get("kind"), gift_slug=facts.get("gift_slug"), judges=judges)
        except UnableToChangeCampaign as refusal:
            field = "judge_handles" if refusal.field == "judges" else refusal.field
            self.add_error(field, str(refusal))
        return facts


class BudgetForm(forms.Form):
    budget = forms.IntegerField(label="New budget in coins", min_value=1, max_value=10**12)


class EndForm(forms.Form):
    ends_at = MomentField(
        label="Ends", required=False, help_text="In your time zone. Leave it empty for now."
    )


def handles(campaign: Campaign) -> str:
    return " ".join(campaign.judges.order_by("handle").values_list("handle", flat=True))


@admin.register(Campaign)
class CampaignAdmin(ConfirmedAdmin):
    """A draft is edited at will; once published only its end and its budget move, by actions."""

    refusals = (UnableToChangeCampaign, NoRate)
    form = DraftForm
    list_display = ["title", "kind", "state", "starts_at", "ends_at", "reward", "budget", "committed"]
    list_filter = ["state", "kind"]
    search_fields = ["title", "slug"]
    ordering = ["-id"]
    prepopulated_fields = {"slug": ["title"]}
    change_actions = ["publish", "raise_budget", "change_end", "cancel"]
    # What stands in the books beside what was promised, for who only looks.
    kept = [
        "title", "slug", "words", "kind", "target", "gift_slug", "judged_by", "starts_at", "ends_at",
        "countries", "reward", "times", "reward_days", "reviewed", "may_resubmit", "budget", "committed",
        "released", "state", "created_at", "published_at", "closed_at",
    ]  # fmt: skip

    @admin.display(description="judges")
    def judged_by(self, campaign: Campaign) -> str:
        return handles(campaign) or "nobody"

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        allowed = admin.ModelAdmin.has_change_permission(self, request)
        return allowed and (obj is None or obj.state == CampaignState.DRAFT)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("wallets.publish_campaign")

    def get_fields(self, request: HttpRequest, obj=None) -> list[str]:
        if self._is_form(request, obj):
            fields = list(DraftForm.Meta.fields)
            fields.insert(fields.index("starts_at"), "judge_handles")
            return fields
        return self.kept

    def get_prepopulated_fields(self, request: HttpRequest, obj=None) -> dict:
        return self.prepopulated_fields if self._is_form(request, obj) else {}

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        return [] if self._is_form(request, obj) else self.kept

    def _is_form(self, request: HttpRequest, obj: Campaign | None) -> bool:
        return obj is None or self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Campaign, form: DraftForm, change: bool) -> None:
        campaigns.save_draft(campaign=obj, judges=form.cleaned_data["judge_handles"], at=timezone.now())

    def get_change_actions(self, request: HttpRequest, object_id, form_url) -> list[str]:
        campaign = self.get_object(request, object_id)
        if campaign is None or not self.has_publish_permission(request):
            return []
        by_state = {
            CampaignState.DRAFT: ["publish", "cancel"],
            CampaignState.PUBLISHED: ["raise_budget", "change_end", "cancel"],
        }
        return by_state.get(campaign.state, [])

    @action(label="Publish", methods=("GET", "POST"), button_type="a", permissions=["publish"])
    def publish(self, request: HttpRequest, campaign: Campaign) -> HttpResponse:
        def act(now: dt.datetime) -> str:
            shown = campaigns.publish(campaign_id=campaign.pk, actor=request.user, at=now)
            return f"Published: {self._coins(shown.budget)} are funded. It ends {_moment(shown.ends_at)}."

        return self._ask(
            request,
            campaign,
            forms.Form(sent(request)),
            act,
            title=f"Publish {campaign}",
            intro="Its budget is funded, and viewers see it. From then on its rule and reward stay; only its "
            "end may be moved and its budget raised.",
            button="Fund and publish",
            facts=self._promise(campaign),
        )

    @action(label="Raise the budget", methods=("GET", "POST"), button_type="a", permissions=["publish"])
    def raise_budget(self, request: HttpRequest, campaign: Campaign) -> HttpResponse:
        form = BudgetForm(sent(request), initial={"budget": campaign.budget})

        def act(now: dt.datetime) -> str:
            budget = form.cleaned_data["budget"]
            shown = campaigns.raise_budget(campaign_id=campaign.pk, actor=request.user, budget=budget, at=now)
            return f"Its budget is {self._coins(shown.budget)} now."

        return self._ask(
            request,
            campaign,
            form,
            act,
            title=f"Raise the budget of {campaign}",
            intro=f"It was promised {self._coins(campaign.budget)}, and {self._coins(campaign.committed)} "
            "are claimed. The difference is funded; a budget is never lowered.",
            button="Raise the budget",
        )

    @action(label="Move its end", methods=("GET", "POST"), button_type="a", permissions=["publish"])
    def change_end(self, request: HttpRequest, campaign: Campaign) -> HttpResponse:
        form = EndForm(sent(request), initial={"ends_at": campaign.ends_at})

        def act(now: dt.datetime) -> str:
            ends_at = (form.cleaned_data["ends_at"] or now).astimezone(dt.UTC)
            shown = campaigns.change_end(campaign_id=campaign.pk, actor=request.user, ends_at=ends_at, at=now)
            return f"It ends {_moment(shown.ends_at)}, claims {_moment(shown.claims_until)}."

        return self._ask(
            request,
            campaign,
            form,
            act,
            title=f"Move the end of {campaign}",
            intro=f"It ends {_moment(campaign.ends_at)}. What viewers do after the new end counts no more. "
            f"What they have reached can be claimed for {CLAIM_DAYS} days; then the rest of its budget is "
            "put back.",
            button="Move its end",
        )

    @action(label="Cancel", methods=("GET", "POST"), button_type="a", permissions=["publish"])
    def cancel(self, request: HttpRequest, campaign: Campaign) -> HttpResponse:
        def act(now: dt.datetime) -> str:
            shown = campaigns.cancel(campaign_id=campaign.pk, actor=request.user, at=now)
            return f"Cancelled: {self._coins(shown.released)} were put back."

        return self._ask(
            request,
            campaign,
            forms.Form(sent(request)),
            act,
            title=f"Cancel {campaign}",
            intro="It stops at once: nothing can be claimed any more, whoever was about to. Claims that wait "
            "are still decided. What is left of its budget is put back. To let viewers claim what they have "
            "reached, move its end instead.",
            button="Cancel this campaign",
        )

    def _ask(self, request: HttpRequest, campaign: Campaign, form, act, **words) -> HttpResponse:
        return self.ask(request, campaign, form, act, may=self.has_publish_permission(request), **words)

    def _promise(self, campaign: Campaign) -> list[tuple[str, str]]:
        return [
            ("Rule", rule(campaign, gift_names([campaign]).get(campaign.gift_slug, ""))),
            ("From", _moment(max(campaign.starts_at, timezone.now()))),
            ("Until", _moment(campaign.ends_at)),
            ("Who may join", ", ".join(country.name for country in campaign.countries) or "Everybody"),
            ("Reward", f"{self._coins(campaign.reward)}, {campaign.times} × each"),
            ("Coins expire", f"{campaign.reward_days} days after they come"),
            ("Budget", f"{self._coins(campaign.budget)}: {campaign.budget // campaign.reward:,} rewards"),
            ("What creators get of it at most", self._cost(campaign.budget)),
            ("Paid", "after review by staff" if campaign.reviewed else "at once, by the rule alone"),
        ]

    def _cost(self, coins: int) -> str:
        try:
            worth = payout_of_coin(COST_CURRENCY, timezone.now())
        except NoRate as problem:
            return str(problem)
        return format_amount(
            convert(coins, COIN, COST_CURRENCY, worth, ROUND_UP), COST_CURRENCY, get_language() or "en"
        )

    def _coins(self, coins: int) -> str:
        return format_amount(coins, COIN, get_language() or "en")


def _moment(moment: dt.datetime) -> str:
    return timezone.localtime(moment).strftime(MOMENT)
