import uuid
from decimal import Decimal

from django import forms

from ledger.units import to_parts
from wallets.models import Overlay, Stream
from wallets.models.streams import LARGEST_GOAL, TITLE_LENGTH


class StreamForm(forms.Form):
    """What a creator says when they go live. A goal is a whole number of diamonds or coins."""

    title = forms.CharField(
        label="What is it about?",
        max_length=TITLE_LENGTH,
        error_messages={"required": "Say what this stream is about."},
    )
    goal = forms.IntegerField(
        label="Goal",
        required=False,
        min_value=1,
        max_value=LARGEST_GOAL,
        help_text="Your page and your overlay show how near it is.",
        error_messages=dict.fromkeys(
            ["invalid", "min_value", "max_value"], f"A goal is a whole number from 1 to {LARGEST_GOAL:,}."
        ),
    )
    goal_unit = forms.ChoiceField(
        label="Counted in", choices=Stream.GoalUnit.choices, initial=Stream.GoalUnit.DIAMOND
    )
    goal_words = forms.CharField(
        label="What the goal is for",
        required=False,
        max_length=TITLE_LENGTH,
        help_text="As in “A new microphone”.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def facts(self) -> dict:
        """What `start_stream` wants; the goal in its unit's smallest part."""
        clean = self.cleaned_data
        goal = clean["goal"]
        return {
            "title": clean["title"],
            "goal": None if goal is None else to_parts(Decimal(goal), clean["goal_unit"]),
            "goal_unit": clean["goal_unit"],
            "goal_words": clean["goal_words"],
            "key": f"page:{clean['key']}",
        }


class OverlayForm(forms.ModelForm):
    class Meta:
        model = Overlay
        fields = [
            "shows_alerts", "position", "smallest_gift", "seconds", "sound",
            "shows_goal", "shows_leaderboard",
        ]  # fmt: skip
