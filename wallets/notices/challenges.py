"""What became of a claim or of something that was sent in, and reward coins that will expire or have."""

KINDS = tuple(
    {"category": "Challenges", "action": "See this challenge", **kind}
    for kind in (
        {
            "code": "claim_approved",
            "tone": "good",
            "label": "Your reward is here",
            "title": "{{ campaign }}: your reward is here",
            "reason": '{{ coins|amount:"COIN" }} are in your wallet.',
            "next_step": "Spend them before {{ expires_at|moment }}: what is left of them then goes back.",
            "optional": True,
            "example": {"campaign": "Spring garden", "coins": 20, "expires_at": "2026-04-01T12:00:00Z"},
        },
        {
            "code": "claim_rejected",
            "tone": "bad",
            "label": "Your reward is not approved",
            "title": "{{ campaign }}: your reward is not approved",
            "reason": 'Your claim to {{ coins|amount:"COIN" }} was not approved. Why: {{ reason }}',
            "next_step": "Read the challenge's rules again, or write to us.",
            "example": {"campaign": "Spring garden", "coins": 20, "reason": "Two accounts are yours."},
        },
        {
            "code": "submission_accepted",
            "tone": "good",
            "label": "What you sent in was accepted",
            "title": "{{ campaign }}: what you sent in was accepted",
            "reason": "A creator accepted it, so it counts.{% if reason %} They say: {{ reason }}{% endif %}",
            "next_step": "Open the challenge to see how far you are and to claim what you have reached.",
            "optional": True,
            "example": {"campaign": "Spring garden", "reason": "What a picture!"},
        },
        {
            "code": "submission_rejected",
            "tone": "bad",
            "label": "What you sent in was not accepted",
            "title": "{{ campaign }}: what you sent in was not accepted",
            "reason": "A creator did not accept it. They say: {{ reason }}",
            "next_step": "{% if may_resubmit %}You may send in something else while the challenge runs."
            "{% else %}You don't have to do anything.{% endif %}",
            "optional": True,
            "example": {"campaign": "Spring garden", "reason": "Too dark.", "may_resubmit": True},
        },
        {
            "code": "reward_expiring",
            "tone": "warn",
            "label": "Reward coins will expire",
            "title": "{{ campaign }}: reward coins will expire",
            "reason": '{{ coins|amount:"COIN" }} of your reward are unspent.',
            "next_step": "Spend them before {{ expires_at|moment }}: what is left then goes back.",
            "example": {"campaign": "Spring garden", "coins": 8, "expires_at": "2026-04-01T12:00:00Z"},
        },
        {
            "code": "reward_expired",
            "tone": "neutral",
            "label": "Reward coins have expired",
            "title": "{{ campaign }}: reward coins have expired",
            "reason": '{{ coins|amount:"COIN" }} of your reward were unspent when they expired on '
            "{{ expired_at|moment }}, and went back.",
            "next_step": "You don't have to do anything. Coins that you bought never expire.",
            "optional": True,
            "example": {"campaign": "Spring garden", "coins": 8, "expired_at": "2026-04-01T12:00:00Z"},
        },
    )
)
