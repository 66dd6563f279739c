"""What waits for somebody on staff."""

from dataclasses import dataclass

from django.db.models import QuerySet

from partnerships.queries import affiliate, merch
from partnerships.queries.closes import to_approve as closes_to_approve
from partnerships.queries.programmes import appeals_to_decide, applications_to_decide
from payouts import queries as payouts
from payouts.queries import batches, reconciliation
from payouts.queries.bank_messages import files_to_confirm
from payouts.queries.identity import identities_to_review
from payouts.queries.pauses import pauses_in_force
from payouts.queries.remittances import files_to_carry, payments_to_make
from payouts.queries.stops import stops_in_force
from portal.queries.closing import closures_with_problems
from wallets.queries.challenges import claims_to_review
from wallets.queries.disputes import open_disputes
from wallets.queries.freezes import all_freezes_in_force
from wallets.queries.purchases import parked_payment_events
from wallets.queries.refunds import refunds_to_decide


@dataclass(frozen=True)
class Pile:
    """Rows of one kind that only a person moves; `narrowed` is the query by which their list shows them."""

    label: str
    rows: QuerySet
    narrowed: str = ""


def piles(person) -> list[Pile]:
    """Their own payouts and identity wait for somebody else."""
    return [
        Pile("Payouts to review", payouts.payouts_to_review().exclude(creator=person)),
        Pile("Identities to verify", identities_to_review().exclude(creator=person)),
        Pile("Failed payouts", payouts.payouts_that_failed().exclude(creator=person), "?desk=failed"),
        Pile("Batches to approve", batches.to_approve(), "?state__exact=prepared"),
        Pile("Payment files to carry to the bank", files_to_carry(), "?carry=waits"),
        Pile("Payments to make by hand", payments_to_make(), "?state__exact=sent"),
        Pile("Files of the bank to confirm", files_to_confirm(), "?outcome__exact=brought"),
        Pile("Stopped payouts", stops_in_force(), "?standing=in_force"),
        Pile("Paused destinations", pauses_in_force(), "?standing=in_force"),
        Pile("Remittances in doubt", payouts.remittances_in_doubt(), "?state__exact=unknown"),
        Pile("Rewards to review", claims_to_review(), "?state__exact=waiting"),
        Pile("Programme applications", applications_to_decide(), "?state__exact=applied"),
        Pile("Programme appeals", appeals_to_decide(), "?state__exact=open"),
        Pile("Programme months to approve", closes_to_approve(), "?state__exact=prepared"),
        Pile("Refunds to decide", refunds_to_decide(), "?state__exact=requested"),
        Pile("Open disputes", open_disputes(), "?state__in=inquiry,open"),
        Pile("Frozen wallets", all_freezes_in_force(), "?standing=in_force"),
        Pile("Affiliate orders to review", affiliate.to_review(), "?waits=review"),
        Pile("Affiliate postbacks refused", affiliate.refused_postbacks(), "?outcome__exact=refused"),
        Pile("Parked payment events", parked_payment_events(), "?outcome__exact=parked"),
        Pile("Parked bank entries", payouts.parked_bank_entries(), "?outcome__exact=parked"),
        Pile("Merch orders that contradict themselves", merch.contradicting_orders(), "?standing=open"),
        Pile("Store deliveries that failed", merch.failed_deliveries(), "?outcome__exact=failed"),
        Pile("Bank entries that still wait", payouts.overdue_bank_entries(), "?outcome__exact=waiting"),
        Pile("Accounts that can't be closed", closures_with_problems(), "?standing=problem"),
        Pile("Open differences", reconciliation.open_differences()),
    ]
