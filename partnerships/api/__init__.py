"""The partnerships' part of the API. Views call the same operations as the pages."""

from django.urls import path

from partnerships.api import (
    affiliate,
    affiliate_conversions,
    appeals,
    brands,
    deal_files,
    deal_invoices,
    deal_parts,
    deal_shares,
    deals,
    goals,
    imports,
    invoicing,
    merch,
    merch_products,
    networks,
    programmes,
    stores,
)

_DEAL = "brand-deals/<uuid:deal_id>/"
_PARTS = {
    "deliverables": (deal_parts.DeliverablesView, deal_parts.DeliverableView),
    "milestones": (deal_parts.MilestonesView, deal_parts.MilestoneView),
    "usage-rights": (deal_parts.UsageRightsView, deal_parts.UsageRightView),
    "exclusivities": (deal_parts.ExclusivitiesView, deal_parts.ExclusivityView),
}
_INVOICE = "brand-invoices/<uuid:pk>/"
_BRAND = "brands/<uuid:brand_id>/"
_STORE = "merch-stores/<uuid:pk>/"
_LINK = "affiliate-links/<uuid:pk>/"
_PROGRAMME = "affiliate-programmes/<uuid:pk>/"
_IMPORT = "imports/<slug:kind>/<uuid:pk>/"

urlpatterns: list = [
    path("programmes/", programmes.ProgrammesView.as_view(), name="api-programmes"),
    path("programmes/<uuid:pk>/", programmes.ProgrammeView.as_view(), name="api-programme"),
    path("programmes/<uuid:pk>/enrolment/", programmes.EnrolmentView.as_view(), name="api-enrolment"),
    path("programmes/<uuid:pk>/metrics/", programmes.MetricsView.as_view(), name="api-programme-metrics"),
    path("programmes/<uuid:pk>/appeals/", appeals.AppealsView.as_view(), name="api-appeals"),
    path("goals/", goals.GoalsView.as_view(), name="api-goals"),
    path("goals/<slug:stream>/", goals.GoalView.as_view(), name="api-goal"),
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
    path(_DEAL + "share/", deal_shares.DealShareView.as_view(), name="api-share-deal"),
    path(_DEAL + "files/", deal_files.DealFilesView.as_view(), name="api-deal-files"),
    path(_DEAL + "files/<uuid:file_id>/", deal_files.DealFileView.as_view(), name="api-deal-file"),
    path(
        _DEAL + "files/<uuid:file_id>/content/",
        deal_files.DealFileContentView.as_view(),
        name="api-deal-file-content",
    ),
    path("brand-invoices/", deal_invoices.InvoicesView.as_view(), name="api-invoices"),
    path(_DEAL + "invoices/", invoicing.DraftInvoiceView.as_view(), name="api-draft-invoice"),
    path(_INVOICE, invoicing.InvoiceView.as_view(), name="api-invoice"),
    path(_INVOICE + "issue/", invoicing.IssueInvoiceView.as_view(), name="api-issue-invoice"),
    path(_INVOICE + "cancel/", invoicing.CancelInvoiceView.as_view(), name="api-cancel-invoice"),
    path(_INVOICE + "write-off/", invoicing.WriteOffInvoiceView.as_view(), name="api-write-off-invoice"),
    path(_INVOICE + "payments/", invoicing.InvoicePaymentsView.as_view(), name="api-invoice-payments"),
    path(
        _INVOICE + "payments/<uuid:payment_id>/back/",
        invoicing.TakeBackPaymentView.as_view(),
        name="api-take-back-payment",
    ),
    path(_INVOICE + "pdf/", invoicing.InvoicePdfView.as_view(), name="api-invoice-pdf"),
    path("invoice-series/", invoicing.InvoiceSeriesView.as_view(), name="api-invoice-series"),
    path("brands/", brands.BrandsView.as_view(), name="api-brands"),
    path(_BRAND, brands.BrandView.as_view(), name="api-brand"),
    path(_BRAND + "contacts/", brands.ContactsView.as_view(), name="api-contacts"),
    path(_BRAND + "contacts/<uuid:contact_id>/", brands.ContactView.as_view(), name="api-contact"),
    path("merch-stores/", stores.StoresView.as_view(), name="api-stores"),
    path(_STORE, stores.StoreView.as_view(), name="api-store"),
    path(_STORE + "rotate-secret/", stores.RotateStoreSecretView.as_view(), name="api-store-secret"),
    path(_STORE + "shopify-key/", stores.ShopifyKeyView.as_view(), name="api-shopify-key"),
    path(_STORE + "deliveries/", stores.StoreDeliveriesView.as_view(), name="api-store-deliveries"),
    path(
        _STORE + "deliveries/<uuid:delivery_id>/",
        stores.StoreDeliveryView.as_view(),
        name="api-store-delivery",
    ),
    path(
        _STORE + "deliveries/<uuid:delivery_id>/replay/",
        stores.ReplayStoreDeliveryView.as_view(),
        name="api-replay-store-delivery",
    ),
    path(_STORE + "pause/", merch_products.PauseStoreView.as_view(), name="api-pause-store"),
    path(_STORE + "resume/", merch_products.ResumeStoreView.as_view(), name="api-resume-store"),
    path(_STORE + "costs/", merch_products.CostsView.as_view(), name="api-costs"),
    path("merch-products/", merch_products.ProductsView.as_view(), name="api-merch-products"),
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
    path("affiliate-networks/", networks.AffiliateNetworksView.as_view(), name="api-affiliate-networks"),
    path(
        "affiliate-networks/<slug:network>/payday/",
        networks.NetworkPaydayView.as_view(),
        name="api-network-payday",
    ),
    path("network-commissions/", networks.NetworkCommissionsView.as_view(), name="api-network-commissions"),
    path(
        "network-commissions/<uuid:pk>/",
        networks.NetworkCommissionView.as_view(),
        name="api-network-commission",
    ),
    path("imports/<slug:kind>/", imports.ImportsView.as_view(), name="api-imports"),
    path(_IMPORT, imports.ImportView.as_view(), name="api-import"),
    path(_IMPORT + "rows/", imports.ImportRowsView.as_view(), name="api-import-rows"),
    path(_IMPORT + "confirm/", imports.ConfirmImportView.as_view(), name="api-confirm-import"),
    path(_IMPORT + "discard/", imports.DiscardImportView.as_view(), name="api-discard-import"),
    path(_IMPORT + "undo/", imports.UndoImportView.as_view(), name="api-undo-import"),
]
