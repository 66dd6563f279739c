"""What happens to challenges by the clock: campaigns end, viewers are told of coins that will expire, coins
expire. Rows say what is due; each stands alone."""

import datetime as dt

import structlog

from wallets.operations.campaigns import end
from wallets.operations.reward_expiry import expire, warn
from wallets.queries.challenges import campaigns_to_end
from wallets.queries.rewards import rewards_to_expire, rewards_to_warn_of

MOST_AT_ONCE = 500
logger = structlog.get_logger(__name__)


def sweep_challenges(*, at: dt.datetime) -> int:
    """Do all that is due. Returns how many were looked at; one that fails stays for the next round."""
    due = [
        *((end, {"campaign_id": pk}) for pk in campaigns_to_end(at)[:MOST_AT_ONCE]),
        *((warn, {"claim_id": pk}) for pk in rewards_to_warn_of(at)[:MOST_AT_ONCE]),
        *((expire, {"claim_id": pk}) for pk in rewards_to_expire(at)[:MOST_AT_ONCE]),
    ]
    for operation, row in due:
        try:
            operation(**row, at=at)
        except Exception:  # one odd row must not stop the others
            logger.exception("challenge_sweep_failed", operation=operation.__name__, **row)
    return len(due)
