"""Two years of Lumi's brand deals, in every stage, through the operations."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from uuid_utils.compat import UUID, uuid7

from partnerships.deal_states import DeliverableState, Stage
from partnerships.models import Brand, BrandDeal, Deliverable, Exclusivity, Milestone, UsageRight
from partnerships.operations import deal_invoices, deal_moves, deal_parts, deal_payments, deal_shares, deals
from portal.models import User

BRANDS = {
    "Aurora Audio": ("DE", "DE811907980", "Speicherstraße 12\n20457 Hamburg"),
    "Nordlicht Tee": ("DE", "DE136695976", "Am Hafen 3\n24103 Kiel"),
    "Pixelwerk Games": ("AT", "ATU13585627", "Lindengasse 40\n1070 Wien"),
    "Beacon Keyboards": ("US", "", "500 Market Street\nSan Francisco, CA 94105"),
    "Kumo Snacks": ("JP", "", "2-11 Dogenzaka\nShibuya, Tokyo"),
    "Velo Verte": ("FR", "FR40303265045", "8 quai de la Loire\n75019 Paris"),
}
STAGES = list(Stage)


@dataclass(frozen=True)
class Story:
    """`ago` is how many days before today it began, `late` by how many days its payment is or was."""

    title: str
    brand: str
    value: int
    ago: int
    stage: Stage
    currency: str = "EUR"
    category: str = ""
    late: int = 0
    exclusive: int = 0


STORIES = (
    Story("Two videos about the Aurora One", "Aurora Audio", 240_000, 700, Stage.PAID, category="headphones"),
    Story("Winter tea stream", "Nordlicht Tee", 65_000, 655, Stage.PAID, category="tea", late=4),
    Story("Launch night of Ember Hollow", "Pixelwerk Games", 180_000, 590, Stage.PAID, category="games"),
    Story(
        "Keyboard for long evenings",
        "Beacon Keyboards",
        150_000,
        540,
        Stage.PAID,
        "USD",
        "keyboards",
        late=21,
    ),
    Story("Snack box, three stories", "Kumo Snacks", 120_000, 480, Stage.PAID, "JPY", "snacks"),
    Story("Spring ride along the canal", "Velo Verte", 90_000, 430, Stage.LOST, category="bicycles"),
    Story("Aurora One, the sequel", "Aurora Audio", 260_000, 390, Stage.PAID, category="headphones", late=9),
    Story("Iced tea summer", "Nordlicht Tee", 80_000, 330, Stage.PAID, category="tea"),
    Story(
        "Ember Hollow: first expansion", "Pixelwerk Games", 210_000, 270, Stage.PAID, category="games", late=2
    ),
    Story("Split keyboard, two months on", "Beacon Keyboards", 170_000, 200, Stage.PAID, "USD", "keyboards"),
    Story("Autumn gloves", "Velo Verte", 70_000, 160, Stage.LOST, category="bicycles"),
    Story(
        "Studio cans for streamers",
        "Aurora Audio",
        320_000,
        140,
        Stage.INVOICED,
        category="headphones",
        late=40,
    ),
    Story("Rice crackers at midnight", "Kumo Snacks", 150_000, 95, Stage.INVOICED, "JPY", "snacks", late=8),
    Story("Tea advent calendar", "Nordlicht Tee", 95_000, 70, Stage.DELIVERED, category="tea"),
    Story(
        "Year of Aurora", "Aurora Audio", 480_000, 50, Stage.IN_PROGRESS, category="headphones", exclusive=180
    ),
    Story("Ember Hollow: the finale", "Pixelwerk Games", 230_000, 30, Stage.CONTRACTED, category="games"),
    Story(
        "Gaming headset, one video", "Beacon Keyboards", 110_000, 12, Stage.NEGOTIATING, "USD", "headphones"
    ),
    Story("Electric cargo bike", "Velo Verte", 140_000, 5, Stage.LEAD, category="bicycles"),
)


def tell(people: dict[str, User], now: dt.datetime) -> None:
    creator = people["creator@demo.test"]
    if not BrandDeal.objects.filter(creator=creator).exists():
        brands = _brands(creator, now - _days(710))
        deal_invoices.save_series(
            creator=creator,
            prefix="LUMI",
            seller_name=creator.display_name,
            seller_address="Lindenweg 4\n10115 Berlin",
            tax_number="DE 36 574 261 809",
            payment_details="IBAN DE89 3704 0044 0532 0130 00",
            payment_days=30,
            tax_percent=Decimal(19),
        )
        for story in STORIES:
            _Teller(creator, brands[story.brand], story, now).tell()


def _brands(creator: User, at: dt.datetime) -> dict[str, Brand]:
    found = {}
    for name, (country, tax_number, address) in BRANDS.items():
        found[name] = deals.save_brand(
            creator=creator, key=uuid7(), at=at, name=name, country=country, tax_number=tax_number,
            billing_address=address, website=f"https://{name.split()[0].lower()}.example",
        )  # fmt: skip
    deals.save_contact(
        creator=creator, brand_id=found["Aurora Audio"].pk, key=uuid7(), name="Jule Petersen",
        role="Partnerships", email="jule@aurora.example",
    )  # fmt: skip
    return found


class _Teller:
    """One deal from its first word to where it stands today."""

    def __init__(self, creator: User, brand: Brand, story: Story, now: dt.datetime) -> None:
        self.creator, self.brand, self.story, self.now = creator, brand, story, now
        self.began = now - _days(story.ago)

    def tell(self) -> None:
        story = self.story
        self.deal = deals.create_deal(
            creator=self.creator,
            brand=self.brand,
            terms=deals.Terms(
                title=story.title,
                value=story.value,
                currency=story.currency,
                category=story.category,
                start_date=self.began.date() + _days(14),
                end_date=self.began.date() + _days(60 + story.exclusive),
                source=BrandDeal.Source.REPEAT if story.ago < 400 else BrandDeal.Source.INBOUND,
            ),
            key=uuid7(),
            at=self.began,
        )
        if story.stage == Stage.LOST:
            self._move(Stage.NEGOTIATING, 3)
            self._move(Stage.LOST, 20, "They chose somebody nearer.")
        elif story.stage != Stage.LEAD:
            self._on()

    def _on(self) -> None:
        reached = STAGES.index(self.story.stage)
        self._move(Stage.NEGOTIATING, 3)
        if reached >= STAGES.index(Stage.CONTRACTED):
            self._move(Stage.CONTRACTED, 10)
            self._promise()
        if reached >= STAGES.index(Stage.IN_PROGRESS):
            self._move(Stage.IN_PROGRESS, 15)
            self._make(finished=reached > STAGES.index(Stage.IN_PROGRESS))
        if reached >= STAGES.index(Stage.DELIVERED):
            self._move(Stage.DELIVERED, 45)
        if reached >= STAGES.index(Stage.INVOICED):
            self._invoice(paid=self.story.stage == Stage.PAID)

    def _promise(self) -> None:
        half, first = self.story.value // 2, self.began.date()
        self.videos = [
            self._part(Deliverable, kind=Deliverable.Kind.VIDEO, title="The video", platform="YouTube",
                       due_date=self._due(40)),
            self._part(Deliverable, kind=Deliverable.Kind.STORY, title="Two stories", platform="Instagram",
                       due_date=self._due(44)),
        ]  # fmt: skip
        for title, amount, trigger, day in (
            ("Half on signing", self.story.value - half, Milestone.Trigger.SIGNING, 50),
            ("Half on delivery", half, Milestone.Trigger.DELIVERY, 75),
        ):
            self._part(Milestone, title=title, amount=amount, trigger=trigger, due_date=first + _days(day))
        self._part(
            UsageRight, what="Clips in paid advertisements", platform="Meta, TikTok", territory="Europe",
            from_date=first + _days(45), until_date=first + _days(45 + 90),
        )  # fmt: skip
        if self.story.exclusive:
            self._part(
                Exclusivity, category=self.story.category, territory="Worldwide",
                from_date=first + _days(10), until_date=first + _days(10 + self.story.exclusive),
            )  # fmt: skip

    def _due(self, day: int) -> dt.date:
        """Of what is still to be made something is late, and something due soon."""
        if self.story.stage == Stage.IN_PROGRESS:
            return self.now.date() + _days(-2 if day == 40 else 2)
        return self.began.date() + _days(day)

    def _make(self, *, finished: bool) -> None:
        if not finished:
            self._word(self.videos[1], DeliverableState.SUBMITTED)
            deal_shares.share_deal(creator=self.creator, deal_id=self.deal.pk, at=self.now)
            return
        for video in self.videos:
            self._word(video, DeliverableState.PUBLISHED, f"https://video.example/{video.pk.hex[-6:]}")
            self._part(
                Deliverable, key=video.pk, kind=video.kind, title=video.title, platform=video.platform,
                due_date=video.due_date, disclosure=Deliverable.Disclosure.LABEL,
            )  # fmt: skip

    def _word(self, video: Deliverable, to: DeliverableState, proof: str = "") -> None:
        deal_parts.move_deliverable(
            creator=self.creator, deliverable_id=video.pk, to=to, proof_url=proof, at=self._at(42)
        )

    def _invoice(self, *, paid: bool) -> None:
        """What was paid came in two parts where it came late."""
        issued = self._at(48) if paid else self.now - _days(30 + self.story.late)
        milestones = list(self.deal.milestones.all())
        percent = Decimal(19) if self.brand.country == "DE" else Decimal(0)
        draft = deal_invoices.draft_invoice(
            creator=self.creator,
            deal_id=self.deal.pk,
            key=uuid7(),
            lines=[deal_invoices.Line(text=each.title, unit_price=each.amount) for each in milestones],
            tax_percent=percent,
            milestones=[each.pk for each in milestones],
            at=issued,
        )
        invoice = deal_invoices.issue_invoice(creator=self.creator, invoice_id=draft.pk, at=issued)
        if not paid:
            return
        due, left = invoice.due_date + _days(self.story.late - 3), invoice.gross
        for part in (left // 3, left - left // 3) if self.story.late else (left,):
            deal_payments.record_payment(
                creator=self.creator, invoice_id=invoice.pk, amount=part, paid_date=due, key=uuid7(),
                reference=invoice.name, at=self._at((due - self.began.date()).days),
            )  # fmt: skip

    def _part(self, model: type, key: UUID | None = None, **facts):
        at = self._at(42 if key else 10)
        return deal_parts.save_part(
            creator=self.creator, deal_id=self.deal.pk, model=model, key=key or uuid7(), at=at, **facts
        )

    def _move(self, to: Stage, day: int, note: str = "") -> None:
        self.deal = deal_moves.move_deal(
            creator=self.creator,
            deal_id=self.deal.pk,
            version=self.deal.version,
            to=to,
            note=note,
            at=self._at(day),
        )

    def _at(self, day: int) -> dt.datetime:
        return min(self.began + _days(day), self.now)


def _days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)
