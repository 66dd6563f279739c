"""The payouts' part of the API. Views call the same operations as the pages."""

import uuid
from dataclasses import asdict

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ledger.idempotency import IDEMPOTENCY_KEY, idempotency_key
from ledger.operations import IdempotencyConflict
from ledger.queries import NoRate
from ledger.units import DIAMOND
from payouts import queries, quotes
from payouts import serializers as shapes
from payouts.api import clawbacks, conversations, invoices, schedule, statements, tax_years
from payouts.api.verification import Verification
from payouts.gates import failed, gates, judge
from payouts.gates.case import Case
from payouts.gates.stops import kept_back
from payouts.models import PayoutRequest
from payouts.operations import requests
from payouts.operations.moves import UnknownPayout, WrongState
from payouts.simulator import NoPayDay, next_cycle_of, on_next_pay_day
from payouts.timeline import expected_on

REFUSALS = {
    requests.NotEligible: (422, "not_eligible"),
    requests.UnusableMethod: (422, "unusable_method"),
    requests.QuoteChanged: (409, "quote_changed"),
    quotes.UnableToQuote: (422, "unable_to_quote"),
    NoRate: (422, "no_rate"),
    IdempotencyConflict: (409, "idempotency_conflict"),
    NoPayDay: (422, "no_pay_day"),
    UnknownPayout: (404, "not_found"),
    WrongState: (409, "wrong_state"),
}


class Quotes(APIView):
    scope = "payouts"
    problems = REFUSALS

    @extend_schema(request=shapes.AskedQuoteSerializer, responses=shapes.QuoteSerializer)
    def post(self, request: Request) -> Response:
        """Ask what an amount would bring, line by line, and which gates are closed for it."""
        asked = shapes.AskedQuoteSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted, now = asked.validated_data, timezone.now()
        amounts = {DIAMOND: wanted.get("diamonds", 0), **wanted["cash"]}
        if wanted["when"] == "now":
            case = Case(request.user, now, amounts)
        else:
            case = on_next_pay_day(request.user, now, amounts)
        offer = quotes.quote(creator=request.user, asked=amounts, at=case.at)
        closed = failed(judge(case))
        return Response(shapes.QuoteSerializer(offer, context={"closed": closed}).data)


class Payouts(generics.ListAPIView):
    scope = "payouts"
    problems = REFUSALS
    serializer_class = shapes.PayoutSerializer

    def get_queryset(self):
        told = shapes.PayoutsAskedSerializer(data=self.request.query_params)
        told.is_valid(raise_exception=True)
        return queries.payouts_of(self.request.user.pk, **told.validated_data)

    @extend_schema(parameters=[shapes.PayoutsAskedSerializer])
    def get(self, request: Request) -> Response:
        """Your payouts, newest first."""
        return self.list(request)

    @extend_schema(
        request=shapes.AskedPayoutSerializer,
        responses={201: shapes.PayoutDetailSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request) -> Response:
        """Ask for a payout to the method in use. What it is about is held until it is paid or comes to
        nothing. 422: a gate is closed (`errors` names each); 409: it would not bring `accepted_net`."""
        key = idempotency_key(request)
        asked = shapes.AskedPayoutSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        payout = requests.request_payout(
            creator=request.user,
            diamonds=asked.validated_data.get("diamonds", 0),
            cash=asked.validated_data["cash"],
            method_id=asked.validated_data["method"],
            key=key,
            at=timezone.now(),
            accepted_net=asked.validated_data.get("accepted_net"),
        )
        return Response(_detail(payout), status.HTTP_201_CREATED)


class Payout(APIView):
    """One payout with its events."""

    scope = "payouts"

    @extend_schema(responses=shapes.PayoutDetailSerializer)
    def get(self, request: Request, payout_id: uuid.UUID) -> Response:
        return Response(
            _detail(generics.get_object_or_404(queries.payouts_of(request.user.pk), id=payout_id))
        )


class Cancel(APIView):
    scope = "payouts"
    problems = REFUSALS

    @extend_schema(request=None, responses=shapes.PayoutDetailSerializer)
    def post(self, request: Request, payout_id: uuid.UUID) -> Response:
        """Call a payout off, while nobody has approved it or something keeps it from leaving. Saying it twice
        does nothing more."""
        payout = requests.cancel(payout_id=payout_id, creator=request.user, at=timezone.now())
        return Response(_detail(payout))


class Balances(APIView):
    """What you have, your next pay day, and what stands between you and a payout of what is available."""

    scope = "payouts"

    @extend_schema(responses=shapes.AllBalancesSerializer)
    def get(self, request: Request) -> Response:
        now, balances = timezone.now(), queries.balances_of(request.user.pk)
        cycle = next_cycle_of(request.user, now)
        found = {
            "diamonds": balances.pop(DIAMOND),
            "cash": [{"currency": unit, **asdict(balance)} for unit, balance in balances.items()],
            "next_pay_date": cycle and cycle.pay_date,
            "gates": gates(request.user, now),
        }
        return Response(shapes.AllBalancesSerializer(found).data)


class Methods(generics.ListAPIView):
    """Your bank accounts, newest first. They are added on the site alone, where you prove who you are."""

    scope = "payouts"
    serializer_class = shapes.MethodSerializer

    def get_queryset(self):
        return queries.methods_of(self.request.user.pk)


def _detail(payout: PayoutRequest) -> dict:
    policy = queries.policy_for(str(payout.creator.country), timezone.now())
    payout.public_events = queries.public_events_of(payout)
    payout.expected_on = expected_on(payout, kept_back(payout, policy))
    return shapes.PayoutDetailSerializer(payout).data


urlpatterns: list = [
    path("statements/", statements.Statements.as_view(), name="api-statements"),
    path("statement-seals/<str:seal>/", statements.StatementSeal.as_view(), name="api-statement-seal"),
    path("statements/<month:first>/", statements.OneStatement.as_view(), name="api-statement"),
    path("statements/<month:first>/csv/", statements.StatementFile.as_view(), name="api-statement-csv"),
    path("statements/<month:first>/pdf/", statements.StatementPdf.as_view(), name="api-statement-pdf"),
    path("self-billing-invoices/", invoices.SelfBillingInvoices.as_view(), name="api-self-billing-invoices"),
    path(
        "self-billing-invoices/<uuid:pk>/pdf/",
        invoices.SelfBillingInvoicePdf.as_view(),
        name="api-self-billing-invoice-pdf",
    ),
    path("tax-years/", tax_years.TaxYears.as_view(), name="api-tax-years"),
    path("tax-years/<int:year>/", tax_years.TaxYear.as_view(), name="api-tax-year"),
    path("payout-quotes/", Quotes.as_view(), name="api-payout-quotes"),
    path("payouts/", Payouts.as_view(), name="api-payouts"),
    path("payouts/<uuid:payout_id>/", Payout.as_view(), name="api-payout"),
    path("payouts/<uuid:payout_id>/cancel/", Cancel.as_view(), name="api-payout-cancel"),
    path("payouts/<uuid:payout_id>/messages/", conversations.Messages.as_view(), name="api-payout-messages"),
    path(
        "payouts/<uuid:payout_id>/messages/<uuid:message_id>/answer/",
        conversations.Answer.as_view(),
        name="api-payout-answer",
    ),
    path("clawbacks/", clawbacks.Clawbacks.as_view(), name="api-clawbacks"),
    path("payout-schedule/", schedule.ScheduleView.as_view(), name="api-payout-schedule"),
    path("balances/", Balances.as_view(), name="api-balances"),
    path("verification/", Verification.as_view(), name="api-verification"),
    path("payout-methods/", Methods.as_view(), name="api-payout-methods"),
]
