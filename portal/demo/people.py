"""The demo's people. Their passwords are public, which is why they exist only under DEMO."""

import datetime as dt
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from ledger.units import currency_of_country
from portal.models import User

PASSWORD = "portal-demo"  # noqa: S105
REVIEWERS = "Payout reviewers"
POWERS = (
    "review_payout", "review_identity", "retry_payout", "prepare_payoutbatch", "approve_payoutbatch",
    "explain_difference", "pay_by_hand", "recall_payout", "claw_back",
    "review_claim", "decide_coinrefund", "freeze_wallet", "change_dispute",
    "import_metrics", "decide_enrolment", "approve_monthclose",
    "settle_bankentry", "hand_over_paymentfile", "add_bankmessage", "lift_destinationpause",
    "add_payoutstop", "lift_payoutstop",
    "settle_merchorder", "replay_rawdelivery", "freeze_dealshare",
    "decide_affiliateconversion", "replay_affiliatepostback", "hold_closure", "revoke_apikey",
)  # fmt: skip
ZONES = {
    "DE": "Europe/Berlin",
    "FR": "Europe/Paris",
    "ES": "Europe/Madrid",
    "NL": "Europe/Amsterdam",
    "GB": "Europe/London",
    "US": "America/New_York",
    "JP": "Asia/Tokyo",
    "BR": "America/Sao_Paulo",
}


@dataclass(frozen=True)
class Person:
    """`share` is how much of the supporters' coins a creator draws; `role` is staff, superuser or nothing."""

    name: str
    email: str
    country: str
    handle: str = ""
    share: int = 0
    iban: str = ""
    role: str = ""

    @property
    def is_creator(self) -> bool:
        return bool(self.share or self.email.startswith("newcreator"))


NAMED = [
    Person("Mara Vogt", "viewer@demo.test", "DE", "mara"),
    Person("Jonas Reuter", "newviewer@demo.test", "DE", "jonas"),
    Person("Lumi Aalto", "creator@demo.test", "DE", "lumi", 6, "DE89370400440532013000"),
    Person("Nori Tanaka", "newcreator@demo.test", "US", "nori"),
    Person("Sam Okafor", "staff@demo.test", "GB", role="staff"),
    Person("Lea Brandt", "lead@demo.test", "DE", role="staff"),
    Person("Ada Quist", "admin@demo.test", "DE", role="superuser"),
]
CREATORS = [
    Person("Théo Marchand", "theo@demo.test", "FR", "theo.plays", 4, "FR1420041010050500013M02606"),
    Person("Inés Robles", "ines@demo.test", "ES", "ines", 3, "ES9121000418450200051332"),
    Person("Bram de Wit", "bram@demo.test", "NL", "bramcooks", 2, "NL91ABNA0417164300"),
]
SUPPORTERS = [
    Person(name, f"{name.split()[0].lower()}@demo.test", country, name.split()[0].lower())
    for name, country in [
        ("Olivia Hart", "US"),
        ("Noah Kim", "US"),
        ("Emma Brooks", "US"),
        ("Felix Sommer", "DE"),
        ("Greta Lang", "DE"),
        ("Chloé Perrin", "FR"),
        ("Louis Garnier", "FR"),
        ("Harriet Cole", "GB"),
        ("Callum Reid", "GB"),
        ("Yuki Mori", "JP"),
        ("Haruto Sato", "JP"),
        ("Beatriz Lima", "BR"),
        ("Rafael Nunes", "BR"),
        ("Daan Visser", "NL"),
        ("Lucía Vega", "ES"),
    ]
]
EVERYBODY = [*NAMED, *CREATORS, *SUPPORTERS]


def make_people() -> dict[str, User]:
    """{email: user}. People who are there already stay as they are."""
    known = {user.email: user for user in User.objects.filter(email__in=[one.email for one in EVERYBODY])}
    new = [person for person in EVERYBODY if person.email not in known]
    if new:
        hashed = make_password(PASSWORD)
        known |= {person.email: _make(person, hashed) for person in new}
    _name_reviewers([known[person.email] for person in EVERYBODY if person.role == "staff"])
    return known


def _make(person: Person, hashed: str) -> User:
    user = User.objects.create(
        email=person.email,
        password=hashed,
        display_name=person.name,
        handle=person.handle,
        country=person.country,
        birth_date=dt.date(1980 + len(person.email), 1 + len(person.name) % 12, 17),
        time_zone=ZONES[person.country],
        language="en-gb" if person.country == "GB" else "en",
        base_currency=currency_of_country(person.country),
        is_creator=person.is_creator,
        is_staff=bool(person.role),
        is_superuser=person.role == "superuser",
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _name_reviewers(staff: list[User]) -> None:
    """With every permission that reviewers have today, whenever they were made."""
    group, _new = Group.objects.get_or_create(name=REVIEWERS)
    seen = Permission.objects.filter(
        Q(content_type__app_label__in=["payouts", "wallets", "partnerships"]) | Q(codename="view_notice")
    )
    group.permissions.set(seen.filter(codename__startswith="view_") | seen.filter(codename__in=POWERS))
    for user in staff:
        user.groups.add(group)
