KINDS = (
    {
        "code": "store_delivery_failed",
        "category": "Merch",
        "audience": "creators",
        "tone": "warn",
        "label": "A store sent something that could not be read",
        "title": "{{ store }} sent something that could not be read",
        "reason": "{{ reason }}",
        "next_step": "See what it sent, put right what is wrong, and play it again.",
        "action": "See the store",
        "example": {"store": "Lumi’s shop", "reason": "updated_at is not a moment."},
        "optional": True,
    },
)
