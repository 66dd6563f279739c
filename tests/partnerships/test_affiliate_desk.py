"""Affiliate programmes and orders at the desk of the staff."""

import datetime as dt

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from ledger.chart import AFFILIATE_PAYABLE
from ledger.queries import balance
from partnerships.models import (
    AffiliateClick,
    AffiliateConversion,
    AffiliateCoupon,
    AffiliatePostback,
    AffiliateProgramme,
    AffiliateRate,
)
from partnerships.operations.affiliate_conversions import (
    NotPermittedToDecide,
    ReasonMissing,
    WrongConversionState,
    approve,
    make_payable,
    reject,
)
from partnerships.operations.affiliate_links import give_coupon
from tests.factories.partnerships_affiliate import NOW, click, link, order, programme, tell
from tests.factories.people import StaffFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def staff():
    person = StaffFactory()
    person.user_permissions.set(
        Permission.objects.filter(content_type__app_label="partnerships", codename__contains="affiliate")
    )
    return person


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    return client


def act(desk, row, name: str, **sent):
    label = f"admin:partnerships_{row._meta.model_name}_actions"
    return desk.post(reverse(label, args=[row.pk, name]), {"confirmed": "1", **sent})


class TestReview:
    def test_approves_once_after_asking(self, desk, staff):
        conversion = order(click(link(), dropped="own"))
        assert conversion.needs_review
        pile = reverse("admin:partnerships_affiliateconversion_changelist") + "?waits=review"
        assert conversion.order_id in desk.get(pile).content.decode()
        label = "admin:partnerships_affiliateconversion_actions"
        asked = desk.post(reverse(label, args=[conversion.pk, "approve"]))
        assert "logged in when they followed the link" in asked.content.decode()
        conversion.refresh_from_db()
        assert conversion.state == "held"
        act(desk, conversion, "approve")
        conversion.refresh_from_db()
        assert (conversion.state, conversion.decided_by) == ("approved", staff)
        assert LogEntry.objects.filter(user=staff, object_id=str(conversion.pk)).count() == 1
        assert desk.get(reverse(label, args=[conversion.pk, "approve"])).status_code == 405

    def test_rejects_with_a_reason_that_its_creator_reads(self, desk):
        conversion = order(click(link()))
        assert act(desk, conversion, "reject").status_code == 422
        act(desk, conversion, "reject", reason="Your own order.")
        conversion.refresh_from_db()
        assert (conversion.state, conversion.kept) == ("rejected", 0)
        assert balance(AFFILIATE_PAYABLE.platform("EUR")) == 0
        told = conversion.creator.notices.get()
        assert told.facts["reason"] == "Your own order."

    def test_moves_nothing_where_it_is_refused(self, staff):
        conversion = order(click(link()))
        before = balance(AFFILIATE_PAYABLE.platform("EUR"))
        with pytest.raises(NotPermittedToDecide):
            approve(conversion_id=conversion.pk, actor=StaffFactory(), at=NOW)
        with pytest.raises(ReasonMissing):
            reject(conversion_id=conversion.pk, actor=staff, reason=" ", at=NOW)
        with pytest.raises(WrongConversionState):
            make_payable(conversion_id=conversion.pk, at=NOW)
        AffiliateConversion.objects.filter(pk=conversion.pk).update(needs_review=True)
        with pytest.raises(NotPermittedToDecide):
            approve(conversion_id=conversion.pk, at=NOW)
        staff.is_creator = True
        staff.save()
        own = order(click(link(creator=staff)))
        with pytest.raises(NotPermittedToDecide):
            approve(conversion_id=own.pk, actor=staff, at=NOW)
        assert balance(AFFILIATE_PAYABLE.platform("EUR")) == before + own.commission

    def test_is_for_those_with_the_permission(self, client):
        conversion = order(click(link()))
        looker = StaffFactory()
        looker.user_permissions.set(Permission.objects.filter(codename="view_affiliateconversion"))
        client.force_login(looker)
        assert act(client, conversion, "approve").status_code == 403


class TestProgrammes:
    facts = {
        "name": "Shop", "about": "Things.", "terms": "Be fair.", "landing_url": "https://shop.example/",
        "hosts": "Shop.Example", "click_parameter": "click_id", "currency": "eur", "window_days": 30,
        "hold_days": 30, "approves_itself": "on", "state": "active",
    }  # fmt: skip

    def test_are_opened_with_a_secret_that_is_shown_once(self, desk):
        add = reverse("admin:partnerships_affiliateprogramme_add")
        answer = desk.post(add, self.facts)
        made = AffiliateProgramme.objects.get()
        assert (made.hosts, made.currency) == (["shop.example"], "EUR")
        assert made.secret in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        assert "messages" not in desk.cookies
        change = reverse("admin:partnerships_affiliateprogramme_change", args=[made.pk])
        assert made.secret not in desk.get(change).content.decode()
        before = made.secret
        shown = act(desk, made, "rotate_secret").content.decode()
        made.refresh_from_db()
        assert (made.previous_secret, made.secret != before) == (before, True)
        assert made.secret in shown

    def test_change_once_confirmed(self, desk, staff):
        made = programme(terms="Be\nfair.")
        change = reverse("admin:partnerships_affiliateprogramme_change", args=[made.pk])
        sent = self.facts | {"name": made.name, "hosts": "shop.example", "hold_days": 90, "state": "ended"}
        sent["terms"] = "Be\r\nfair."
        asked = desk.post(change, sent).context["rows"]
        assert asked == [("Hold days", "30", "90"), ("State", "active", "ended")]
        made.refresh_from_db()
        assert (made.hold_days, made.state, LogEntry.objects.count()) == (30, "active", 0)
        desk.post(change, sent | {"confirmed": "Change it"})
        made.refresh_from_db()
        assert (made.hold_days, made.state, made.stopped_at) == (90, "ended", NOW)
        assert LogEntry.objects.get().user == staff

    @pytest.mark.parametrize(
        "change",
        [
            {"landing_url": "https://other.example/"},
            {"hosts": "shop"},
            {"currency": "XXX"},
            {"window_days": 0},
        ],
        ids=["another host", "no host", "no currency", "no window"],
    )
    def test_are_refused_beside_the_field(self, desk, change):
        add = reverse("admin:partnerships_affiliateprogramme_add")
        answer = desk.post(add, self.facts | change)
        assert list(change) == list(answer.context["adminform"].form.errors)
        assert not AffiliateProgramme.objects.exists()

    def test_keep_their_currency(self, desk):
        made = programme()
        change = reverse("admin:partnerships_affiliateprogramme_change", args=[made.pk])
        answer = desk.post(change, self.facts | {"currency": "USD"})
        assert "can&#x27;t change" in answer.content.decode()


class TestRates:
    def test_are_announced_with_notice_once_confirmed(self, desk, staff):
        made = programme()
        add = reverse("admin:partnerships_affiliaterate_add")
        sent = {
            "programme": made.pk, "general": "8.5 %", "tiers": "1000.00: 10 %", "products": "LAMP 2: 3.00",
            "effective_at_0": "2026-03-10", "effective_at_1": "12:00:00", "reason": "More.",
        }  # fmt: skip
        answer = desk.post(add, sent)
        assert "announced 14 days ahead" in answer.content.decode()
        sent["effective_at_0"] = "2026-03-20"
        shown = desk.post(add, sent).content.decode()
        assert "€3.00 for each LAMP 2." in shown
        assert AffiliateRate.objects.count() == 1
        desk.post(add, sent | {"confirmed": "1"})
        rate = made.rates.latest("effective_at")
        assert rate.announced_by == staff
        assert [
            (line.product, line.from_sales, line.basis_points, line.fixed) for line in rate.lines.all()
        ] == [
            ("", 0, 850, None),
            ("", 100_000, 1_000, None),
            ("LAMP 2", 0, None, 300),
        ]

    def test_begin_at_once_where_a_first_one_names_no_moment(self, desk):
        add = reverse("admin:partnerships_affiliaterate_add")
        sent = {"general": "8 %", "effective_at_0": "", "effective_at_1": "", "reason": "First."}
        first, other = programme(pays=()), programme()
        desk.post(add, sent | {"programme": first.pk, "confirmed": "1"})
        assert first.rates.get().effective_at == NOW
        past = {"effective_at_0": "2026-03-01", "effective_at_1": "12:00:00"}
        refused = desk.post(add, sent | past | {"programme": programme(pays=()).pk})
        assert "begin in the past" in refused.text
        refused = desk.post(add, sent | {"programme": other.pk, "confirmed": "1"})
        assert "announced 14 days ahead" in refused.text
        assert other.rates.count() == 1

    @pytest.mark.parametrize(
        ("field", "said"),
        [("general", "much"), ("general", "8.555 %"), ("general", "101 %"), ("products", "LAMP 3.00"),
         ("products", "A: 3.001"), ("general", "Infinity %"), ("general", "1e999999")],
        ids=["words", "too fine", "too much", "no colon", "no cents", "endless", "exponent"],
    )  # fmt: skip
    def test_are_refused_where_they_make_no_sense(self, desk, field, said):
        made = programme()
        sent = {
            "programme": made.pk, "general": "8 %", "tiers": "", "products": "",
            "effective_at_0": "2026-04-10", "effective_at_1": "12:00:00", "reason": "More.",
        }  # fmt: skip
        answer = desk.post(
            reverse("admin:partnerships_affiliaterate_add"), sent | {field: said, "confirmed": "1"}
        )
        assert answer.context["adminform"].form.errors
        assert AffiliateRate.objects.count() == 1


class TestCouponsPostbacksAndClicks:
    def test_gives_a_code_to_who_joined(self, desk):
        mine, other = link(), link()
        add = reverse("admin:partnerships_affiliatecoupon_add")
        sent = {
            "programme": mine.programme_id, "creator": mine.creator_id, "code": "kim10",
            "from_at_0": "2026-03-01", "from_at_1": "00:00:00", "until_at_0": "", "until_at_1": "",
        }  # fmt: skip
        assert (
            "has not joined"
            in desk.post(add, sent | {"creator": other.creator_id}, follow=True).content.decode()
        )
        for wrong in ({"code": "no spaces"}, {"until_at_0": "2026-02-01", "until_at_1": "00:00:00"}):
            refused = desk.post(add, sent | wrong).text
            assert "Use letters, digits" in refused or "It ends before it begins" in refused
            assert "Constraint" not in refused
        desk.post(add, sent)
        assert AffiliateCoupon.objects.get().code == "KIM10"

    def test_ends_a_code_that_leaked(self, desk, staff):
        mine = link()
        facts = {"programme_id": mine.programme_id, "creator": mine.creator, "actor": staff}
        code = give_coupon(code="KIM10", from_at=NOW - DAY, **facts)
        later = give_coupon(code="KIM20", from_at=NOW + DAY, **facts)
        for each in (code, later):
            act(desk, each, "end")
            act(desk, each, "end")
            each.refresh_from_db()
        assert (code.until_at, later.until_at) == (NOW, NOW + DAY)
        order_of = {"amount": 10_000, "currency": "EUR"}
        for number, each in enumerate((code, later)):
            told = tell(
                mine.programme,
                "created",
                at=NOW + 2 * DAY,
                order_id=str(number),
                coupon=each.code,
                **order_of,
            )
            assert told.outcome == "unattributed"
        assert balance(AFFILIATE_PAYABLE.platform("EUR")) == 0
        assert LogEntry.objects.filter(object_id=str(code.pk)).exists()
        looker = StaffFactory()
        looker.user_permissions.set(Permission.objects.filter(codename="view_affiliatecoupon"))
        desk.force_login(looker)
        assert act(desk, code, "end").status_code == 403

    def test_handles_a_refused_postback_anew(self, desk):
        made = link()
        by = click(made)
        AffiliateClick.objects.filter(pk=by.pk).update(at=NOW - DAY)
        told = tell(made.programme, "created", order_id="1", amount=100, currency="EUR", click_id=str(by.pk))
        assert told.code == "no_rate"
        AffiliateClick.objects.filter(pk=by.pk).update(at=NOW)
        act(desk, told, "replay")
        told.refresh_from_db()
        assert told.outcome == "applied"
        assert LogEntry.objects.filter(object_id=str(told.pk)).exists()

    def test_shows_lists_at_the_same_cost_however_long(self, desk, django_assert_max_num_queries):
        urls = [
            reverse(f"admin:partnerships_{model._meta.model_name}_changelist")
            for model in (AffiliateConversion, AffiliatePostback, AffiliateClick, AffiliateRate)
        ]
        costs = []
        for _ in range(2):
            order(click(link()))
            with django_assert_max_num_queries(60) as found:
                assert [desk.get(url).status_code for url in urls] == [200] * 4
            costs.append(len(found))
        assert costs[0] == costs[1]
