"""What `seed_demo` promises, asked of a running demo's database; then it is seeded once more, which changes
nothing. Exits 1 at the first difference.

    PORTAL_STATE=var python -m tests.smoke.seeded
"""

import contextlib
import datetime as dt
import io
import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from ledger.queries import audit

    holds_the_people_the_readme_promises()
    repeats_nothing()
    assert audit() == []


def holds_the_people_the_readme_promises() -> None:
    from django.utils import timezone

    from ledger.chart import VIEWER_COINS
    from ledger.models import Entry
    from ledger.queries import balance
    from payouts.gates import failed, gates
    from payouts.operations.review import needs_second_approval
    from payouts.queries import open_payout
    from portal.models import User
    from wallets.models import Gift, Promotion
    from wallets.queries.streams import open_stream, streams_of, summary

    now = timezone.now()
    viewer = User.objects.get(email="viewer@demo.test")
    assert balance(VIEWER_COINS.of(viewer.pk)) > 0
    assert balance(VIEWER_COINS.of(User.objects.get(email="newviewer@demo.test").pk)) == 0
    lumi = User.objects.get(handle="lumi")
    assert (str(lumi.country), failed(gates(lumi, now)), open_payout(lumi.pk)) == ("DE", [], None)
    assert failed(gates(User.objects.get(handle="nori"), now))
    assert open_stream(lumi.pk).goal
    [yesterday] = streams_of(lumi.pk).exclude(ended_at=None)
    assert summary(yesterday, now).top
    staff = {user.email for user in User.objects.filter(is_staff=True)}
    assert staff == {"staff@demo.test", "lead@demo.test", "admin@demo.test"}
    theo = open_payout(User.objects.get(handle="theo.plays").pk)
    assert (theo.state, needs_second_approval(theo)) == ("in_review", True)
    assert all(user.check_password("portal-demo") for user in User.objects.all()[:3])

    sealed_until = (now - dt.timedelta(days=1)).date().replace(day=1)
    assert lumi.statements.first().until_date == sealed_until
    assert User.objects.get(handle="bramcooks").clawbacks.count() == 1
    assert Promotion.objects.count() == 3
    assert Gift.objects.count() > 1_000
    moments = list(Entry.objects.order_by("id").values_list("at", flat=True))
    assert moments == sorted(moments), "the story was not told in its order"


def repeats_nothing() -> None:
    from django.core.management import call_command

    before = _rows()
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        call_command("seed_demo")
    assert _rows() == before
    for word in ("viewer@demo.test", "admin@demo.test", "portal-demo"):
        assert word in printed.getvalue()


def _rows() -> dict[str, int]:
    """How many of each thing, but for what the running site writes by itself: sessions, and the ledger's and
    the notices' work that is waiting."""
    from django.apps import apps

    own = {"session", "usersession", "waiting", "daytotal"}
    return {
        model._meta.label: model.objects.count()
        for model in apps.get_models()
        if model._meta.model_name not in own
    }


if __name__ == "__main__":
    main()
