"""Staff and what is set for payouts: policies and methods."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from payouts.models import PayoutPolicy
from tests.factories.payouts import NOW, PayoutMethodFactory, requested_payout

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW + dt.timedelta(hours=3)):
        yield


class TestPolicies:
    def test_are_listed_at_a_fixed_cost(self, admin_client, django_assert_num_queries):
        changelist = reverse("admin:payouts_payoutpolicy_changelist")
        with django_assert_num_queries(6):
            text = admin_client.get(changelist).content.decode()
        PayoutPolicy.objects.exclude(region="EU").delete()
        with django_assert_num_queries(6):
            admin_client.get(changelist)
        assert "€45.00" in text
        assert "?from=EU" in text

    def test_are_changed_by_a_new_row(self, admin_client):
        add = reverse("admin:payouts_payoutpolicy_add")
        form = admin_client.get(add, {"from": "EU"}).context["adminform"].form
        assert form.initial["minimum"] == 45
        fields = {name: value for name, value in form.initial.items() if name in form.fields}
        fields |= {
            "methods": "iban",
            "minimum": "60.00",
            "effective_at_0": "2026-04-01",
            "effective_at_1": "00:00",
        }
        asked = admin_client.post(add, fields).content.decode()
        assert "€45.00" in asked
        assert "€60.00" in asked
        assert PayoutPolicy.objects.filter(region="EU").count() == 1
        assert admin_client.post(add, fields | {"confirmed": "1"}).status_code == 302
        assert list(
            PayoutPolicy.objects.filter(region="EU")
            .order_by("effective_at")
            .values_list("minimum", flat=True)
        ) == [4_500, 6_000]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("effective_at_0", "2026-01-01"),
            ("currency", "XXY"),
            ("region", "ZZ"),
            ("minimum", "45.001"),
            ("minimum", "NaN"),
            ("methods", "us_bnk"),
            ("methods", []),
        ],
    )
    def test_refuse_the_past_and_the_unknown(self, admin_client, field, value):
        add = reverse("admin:payouts_payoutpolicy_add")
        form = admin_client.get(add, {"from": "EU"}).context["adminform"].form
        fields = {name: value for name, value in form.initial.items() if name in form.fields}
        fields |= {"methods": "iban", "effective_at_0": "2026-04-01", "effective_at_1": "00:00", field: value}
        assert admin_client.post(add, fields | {"confirmed": "1"}).status_code == 200
        assert PayoutPolicy.objects.count() == 13

    def test_are_never_edited(self, admin_client):
        policy = PayoutPolicy.objects.first()
        change = reverse("admin:payouts_payoutpolicy_change", args=[policy.pk])
        assert admin_client.get(change).status_code == 200
        assert admin_client.post(change, {"minimum": 1}).status_code == 403


class TestMethods:
    def test_are_listed_at_a_fixed_cost(self, admin_client, django_assert_num_queries):
        changelist = reverse("admin:payouts_payoutmethod_changelist")
        for number in (1, 3):
            PayoutMethodFactory.create_batch(number)
            with django_assert_num_queries(5):
                admin_client.get(changelist)

    def test_are_masked_for_staff_too(self, admin_client):
        method = requested_payout().method
        for name, arguments in (("changelist", []), ("change", [method.pk])):
            text = admin_client.get(
                reverse(f"admin:payouts_payoutmethod_{name}", args=arguments)
            ).content.decode()
            assert "DE89 •••• 3000" in text
            assert method.details["iban"] not in text
            assert method.holder not in text
