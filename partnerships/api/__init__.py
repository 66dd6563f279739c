"""The partnerships' part of the API. Views call the same operations as the pages."""

from django.urls import path

from partnerships.api import (
    affiliate,
    affiliate_conversions,
    deal_invoices,
    deal_parts,
    deals,
    merch,
    programmes,
)

_DEAL = "brand-deals/<uuid:deal_id>/"
_PARTS = {
    "deliverables": (deal_parts.DeliverablesView, deal_parts.DeliverableView),
    "milestones": (deal_parts.MilestonesView, deal_parts.MilestoneView),
    "usage-rights": (deal_parts.UsageRightsView, deal_parts.UsageRightView),
    "exclusivities": (deal_parts.ExclusivitiesView, deal_parts.ExclusivityView),
}
_LINK = "affiliate-links/<uuid:pk>/"
_PROGRAMME = "affiliate-programmes/<uuid:pk>/"

urlpatterns: list = [
    path("programmes/", programmes.ProgrammesView.as_view(), name="api-programmes"),
    path("programmes/<uuid:pk>/", programmes.ProgrammeView.as_view(), name="api-programme"),
    path("programmes/<uuid:pk>/enrolment/", programmes.EnrolmentView.as_view(), name="api-enrolment"),
    path("programmes/<uuid:pk>/metrics/", programmes.MetricsView.as_view(), name="api-programme-metrics"),
    path("brand-deals/", deals.DealsView.as_view(), name="api-deals"),
    path(_DEAL, deals.DealView.as_view(), name="api-deal"),
    path(_DEAL + "move/", deals.MoveDealView.as_view(), name="api-move-deal"),
    *(path(f"{_DEAL}{name}/", many.as_view(), name=f"api-{name}") for name, (many, _) in _PARTS.items()),
    *(
        path(f"{_DEAL}{name}/<uuid:part_id>/", one.as_view(), name=f"api-{name}-one")
        for name, (_, one) in _PARTS.items()
    ),
    path(
        _DEAL + "deliverables/<uuid:part_id>/move/",
        deal_parts.MoveDeliverableView.as_view(),
        name="api-move-deliverable",
    ),
    path("brand-invoices/", deal_invoices.InvoicesView.as_view(), name="api-invoices"),
    path("brand-invoices/<uuid:pk>/", deal_invoices.InvoiceView.as_view(), name="api-invoice"),
    path("merch-stores/", merch.StoresView.as_view(), name="api-stores"),
    path("merch-orders/", merch.MerchOrdersView.as_view(), name="api-merch-orders"),
    path("merch-orders/<uuid:pk>/", merch.MerchOrderView.as_view(), name="api-merch-order"),
    path(
        "affiliate-programmes/",
        affiliate.AffiliateProgrammesView.as_view(),
        name="api-affiliate-programmes",
    ),
    path(_PROGRAMME, affiliate.AffiliateProgrammeView.as_view(), name="api-affiliate-programme"),
    path(
        _PROGRAMME + "joining/",
        affiliate.JoinAffiliateProgrammeView.as_view(),
        name="api-join-affiliate-programme",
    ),
    path("affiliate-links/", affiliate.AffiliateLinksView.as_view(), name="api-affiliate-links"),
    path(_LINK, affiliate.AffiliateLinkView.as_view(), name="api-affiliate-link"),
    path(_LINK + "retire/", affiliate.RetireAffiliateLinkView.as_view(), name="api-retire-link"),
    path(
        "affiliate-conversions/",
        affiliate_conversions.AffiliateConversionsView.as_view(),
        name="api-affiliate-conversions",
    ),
    path(
        "affiliate-conversions/<uuid:pk>/",
        affiliate_conversions.AffiliateConversionView.as_view(),
        name="api-affiliate-conversion",
    ),
]
