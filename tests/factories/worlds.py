"""A person of each kind with something of everything, for tests that read all of the API."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import UUIDField
from uuid_utils.compat import uuid7

from partnerships.models import AffiliateProgramme, Programme, UsageRight
from partnerships.operations.deal_files import keep_file
from partnerships.operations.deal_parts import save_part
from partnerships.operations.deal_payments import record_payment
from partnerships.operations.deal_shares import share_deal
from partnerships.operations.deals import save_contact
from payouts.operations.conversations import ask
from payouts.operations.statements import seal_due
from tests.factories import partnerships_affiliate as affiliate
from tests.factories import partnerships_deals as deals
from tests.factories.challenges import campaign, joined
from tests.factories.gifts import NOW, gift_from, give_coins
from tests.factories.papers import pdf
from tests.factories.partnerships_merch import order_payload, send, store_of
from tests.factories.partnerships_networks import AWIN, CJ, bring, take
from tests.factories.partnerships_programmes import boss, enrol, make_programme
from tests.factories.payouts import (
    PayoutMethodFactory,
    fix_rates,
    give_cash,
    give_diamonds,
    paid_payout,
    requested_payout,
    reviewer,
)
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import package, paid
from tests.factories.streams import stream_by
from tests.factories.webhooks import endpoint_of, happen
from wallets.models import Campaign
from wallets.operations.challenges import submit
from wallets.operations.creator_settings import block_sender

WHEN, TODAY = NOW, NOW.date()
DAY = dt.timedelta(days=1)
SHARED = {"AffiliateProgramme", "Campaign", "Stream", "Programme"}
"""What anybody may read."""
COLLECTIONS = {
    "CoinPurchase": "coin-purchases",
    "Gift": "gifts",
    "Stream": "streams",
    "Submission": "submissions",
    "PayoutRequest": "payouts",
    "SharedMessage": "messages",
    "SelfBillingInvoice": "self-billing-invoices",
    "Programme": "programmes",
    "BrandDeal": "brand-deals",
    "Deliverable": "deliverables",
    "Milestone": "milestones",
    "UsageRight": "usage-rights",
    "Exclusivity": "exclusivities",
    "DealFile": "files",
    "Invoice": "brand-invoices",
    "InvoicePayment": "payments",
    "Brand": "brands",
    "Contact": "contacts",
    "Store": "merch-stores",
    "Block": "gift-blocks",
    "Notice": "notices",
    "MerchOrder": "merch-orders",
    "AffiliateProgramme": "affiliate-programmes",
    "AffiliateLink": "affiliate-links",
    "AffiliateConversion": "affiliate-conversions",
    "NetworkCommission": "network-commissions",
    "Import": "{kind}",
    "WebhookEndpoint": "webhook-endpoints",
    "WebhookDelivery": "deliveries",
    "RawDelivery": "deliveries",
}


@dataclass
class World:
    """`ids` of all that is nobody else's; `places` below each collection of the API; `names` of the API's
    examples, with what is called so here."""

    viewer: object
    creator: object
    staff: object
    ids: set[uuid.UUID]
    places: dict[str, list[str]]
    names: dict[str, str] = field(default_factory=dict)


def populate(name: str, at: dt.datetime = WHEN) -> World:
    """A viewer and a creator of this handle who have done a little of everything by then."""
    fix_rates()
    before = _rows()
    viewer, creator = UserFactory(handle=f"{name}v"), CreatorFactory(handle=name)
    staff = reviewer(is_superuser=True)
    challenge = Campaign.objects.filter(kind=Campaign.Kind.SPEND).first() or campaign(at=at - DAY)
    programme = Programme.objects.first() or make_programme(boss())
    shop = AffiliateProgramme.objects.first() or affiliate.programme()
    contest = campaign(kind="submissions", target=1, judges=[creator], at=at - DAY)
    joined(viewer, contest, at=at - DAY)
    submit(viewer=viewer, campaign=contest, key=name, text="A drawing.", at=at)
    paid(viewer, at=at - DAY)
    give_coins(viewer, 5_000, at=at - DAY)
    joined(viewer, challenge, at=at - DAY)
    give_diamonds(creator, 6_000_000, at=at - 40 * DAY)
    months = seal_due(creator_id=creator.pk, at=at)
    method = PayoutMethodFactory(owner=creator)
    paid_payout(creator, at=at - DAY)
    give_cash(creator, "EUR", 50_000, at=at - DAY)
    payout = requested_payout(creator, diamonds=1_000_000, at=at)
    ask(payout_id=payout.pk, version=payout.version, actor=staff, reason="Who is Kim?", at=at)
    stream_by(creator, at=at)
    gift = gift_from(viewer, creator, at=at, streak_id=uuid7())
    block_sender(creator=creator, gift_id=gift_from(UserFactory(), creator, at=at).pk, at=at)
    enrol(programme, creator)
    deal = deals.deal_of(creator)
    for part in (deals.deliverable_of, deals.milestone_of, deals.exclusivity_of):
        part(deal)
    save_part(
        creator=creator,
        deal_id=deal.pk,
        model=UsageRight,
        key=uuid7(),
        at=at,
        what="Ads",
        from_date=at.date(),
    )
    save_contact(creator=creator, brand_id=deal.brand_id, key=uuid7(), name="Kim")
    share_deal(creator=creator, deal_id=deal.pk, at=at)
    keep_file(creator=creator, deal_id=deal.pk, name="brief.pdf", content=pdf(), at=at)
    deals.drafted(deal)
    record_payment(
        creator=creator,
        invoice_id=deals.invoiced(deal).pk,
        amount=1,
        paid_date=deals.TODAY,
        key=uuid7(),
        at=at,
    )
    store = store_of(creator)
    send(store, order_payload())
    send(store, b"no JSON")
    affiliate.order(affiliate.click(affiliate.link(of=shop, creator=creator)))
    take(creator, AWIN)
    bring(creator, CJ)
    happen(endpoint_of(creator, at=at), at=at)
    made = {model: keys - before[model] for model, keys in _rows().items()}
    places = defaultdict(list)
    for model, collection in COLLECTIONS.items():
        places[collection] += map(str, made[model])
    places |= {
        "challenges": [challenge.slug],
        "judged-challenges": [contest.slug],
        "creators": [name],
        "statements": ["2026-01", "2026-02"],
        "statement-seals": [month.seal for month in months],
        "tax-years": ["2025", "2026"],
        "streaks": [str(gift.streak_id)],
        "goals": ["gifts", "merch"],
        "imports": ["affiliate-networks", "brand-deals", "followers"],
        "affiliate-networks": ["awin"],
        "gift-types": [gift.gift_type.slug],
    }
    return World(
        viewer,
        creator,
        staff,
        ids={key for model, keys in made.items() if model not in SHARED for key in keys},
        places=places,
        names={
            "01995a60-1a2b-7c3d-8e4f-5a6b7c8d9e10": str(method.pk),
            "01995a10-6f1c-7c52-9c6a-0f6de1a0b101": str(package().pk),
            "01995aa0-0a1b-7c2d-8e3f-4a5b6c7d8e50": str(shop.pk),
            "01995a40-9d3e-7f60-a1b2-8c9d0e1f2a04": str(gift.pk),
            "632910392": "shirt",
            "nori": f"{name}v",
            "lumi": name,
        },
    )


def _rows() -> dict[str, set[uuid.UUID]]:
    """Ids by model, of all that products keep."""
    return {
        model.__name__: set(model.objects.values_list("pk", flat=True))
        for model in apps.get_models()
        if model._meta.app_label in {"wallets", "payouts", "partnerships", "portal"}
        and isinstance(model._meta.pk, UUIDField)
    }
