"""Which operation leads to which: OpenAPI's links, put into the schema. They tell a reader what to do with an
answer, and tests walk along them."""

FIRST = "$response.body#/results/0/"
OWN = {"id": "$response.body#/id"}
DEAL = {"deal_id": "$response.body#/id"}
PART = {"deal_id": "$request.path.deal_id", "part_id": "$response.body#/id"}
BRAND = {"brand_id": "$response.body#/id"}
CONTACT = {"brand_id": "$request.path.brand_id", "contact_id": "$response.body#/id"}
IMPORT = {"kind": "$request.path.kind", "id": "$response.body#/id"}
PAYOUT = {"payout_id": "$response.body#/id"}

# What the answer of an operation leads to: the next one's parameters, and parts of its body.
LINKS: dict[str, dict[str, tuple[dict, ...]]] = {
    "coin_packages_list": {"coin_purchases_create": ({}, {"package": f"{FIRST}id"})},
    "coin_purchases_create": {
        "coin_purchases_retrieve": (OWN,),
        "coin_purchases_refund_quote_retrieve": (OWN,),
    },
    "coin_purchases_list": {
        "coin_purchases_retrieve": ({"id": f"{FIRST}id"},),
        "coin_purchases_receipt_retrieve": ({"id": f"{FIRST}id"},),
        "coin_purchases_refunds_create": ({"id": f"{FIRST}id"},),
        "coin_purchases_refunds_list": ({"id": f"{FIRST}id"},),
    },
    "gift_types_list": {
        "gift_types_preview_retrieve": ({"slug": f"{FIRST}slug"},),
        "gifts_create": ({}, {"gift_type": f"{FIRST}slug"}),
    },
    "gifts_create": {"gifts_undo_create": (OWN,)},
    "gifts_list": {"gift_blocks_create": ({}, {"gift": f"{FIRST}id"})},
    "gift_blocks_create": {"gift_blocks_destroy": (OWN,)},
    "streams_create": {"streams_retrieve": (OWN,), "streams_end_create": (OWN,)},
    "challenges_list": {
        "challenges_retrieve": ({"slug": f"{FIRST}slug"},),
        "challenges_joining_update": ({"slug": f"{FIRST}slug"},),
    },
    "judged_challenges_list": {"judged_challenges_submissions_list": ({"slug": f"{FIRST}slug"},)},
    "judged_challenges_submissions_list": {
        "judged_challenges_submissions_judgement_update": (
            {"slug": "$request.path.slug", "id": f"{FIRST}id"},
        )
    },
    "payout_methods_list": {"payouts_create": ({}, {"method": f"{FIRST}id"})},
    "payout_quotes_create": {
        "payouts_create": (
            {},
            {"diamonds": "$response.body#/diamonds", "accepted_net": "$response.body#/net/amount"},
        )
    },
    "payouts_create": {"payouts_retrieve": (PAYOUT,), "payouts_cancel_create": (PAYOUT,)},
    "payouts_list": {
        "payouts_retrieve": ({"payout_id": f"{FIRST}id"},),
        "payouts_messages_list": ({"payout_id": f"{FIRST}id"},),
    },
    "statements_list": {
        "statements_retrieve": ({"first": f"{FIRST}month"},),
        "statements_csv_retrieve": ({"first": f"{FIRST}month"},),
        "statements_pdf_retrieve": ({"first": f"{FIRST}month"},),
        "statement_seals_retrieve": ({"seal": f"{FIRST}seal"},),
    },
    "self_billing_invoices_list": {"self_billing_invoices_pdf_retrieve": ({"id": f"{FIRST}id"},)},
    "tax_years_list": {"tax_years_retrieve": ({"year": "$response.body#/years/0"},)},
    "programmes_list": {
        "programmes_retrieve": ({"id": f"{FIRST}id"},),
        "programmes_enrolment_update": ({"id": f"{FIRST}id"},),
    },
    "brand_deals_create": {
        "brand_deals_retrieve": (DEAL,),
        "brand_deals_partial_update": (DEAL, {"version": "$response.body#/version"}),
        "brand_deals_move_create": (DEAL, {"version": "$response.body#/version"}),
        "brand_deals_deliverables_create": (DEAL,),
        "brand_deals_milestones_create": (DEAL,),
        "brand_deals_usage_rights_create": (DEAL,),
        "brand_deals_exclusivities_create": (DEAL,),
        "brand_deals_invoices_create": (DEAL,),
        "brand_deals_share_create": (DEAL,),
        "brand_deals_share_retrieve": (DEAL,),
        "brand_deals_share_destroy": (DEAL,),
        "brand_deals_files_list": (DEAL,),
    },
    "brand_deals_files_list": {
        "brand_deals_files_content_retrieve": (
            {"deal_id": "$request.path.deal_id", "file_id": f"{FIRST}id"},
        ),
        "brand_deals_files_destroy": (
            {"deal_id": "$request.path.deal_id", "file_id": f"{FIRST}id"},
        ),
    },
    "brand_deals_deliverables_create": {
        "brand_deals_deliverables_move_create": (PART,),
        "brand_deals_deliverables_partial_update": (PART,),
        "brand_deals_deliverables_destroy": (PART,),
    },
    "brand_deals_milestones_create": {
        "brand_deals_milestones_partial_update": (PART,),
        "brand_deals_milestones_destroy": (PART,),
    },
    "brand_deals_invoices_create": {
        "brand_invoices_update": (OWN,),
        "brand_invoices_issue_create": (OWN,),
        "brand_invoices_destroy": (OWN,),
    },
    "brand_invoices_issue_create": {
        "brand_invoices_payments_create": (OWN,),
        "brand_invoices_cancel_create": (OWN,),
        "brand_invoices_write_off_create": (OWN,),
        "brand_invoices_pdf_retrieve": (OWN,),
    },
    "brand_invoices_payments_create": {
        "brand_invoices_payments_back_create": (
            {"id": "$request.path.id", "payment_id": "$response.body#/payments/0/id"},
        )
    },
    "brands_create": {
        "brands_retrieve": (BRAND,),
        "brands_partial_update": (BRAND,),
        "brands_contacts_create": (BRAND,),
    },
    "brands_contacts_create": {
        "brands_contacts_partial_update": (CONTACT,),
        "brands_contacts_destroy": (CONTACT,),
    },
    "merch_stores_create": {
        "merch_stores_retrieve": (OWN,),
        "merch_stores_partial_update": (OWN,),
        "merch_stores_rotate_secret_create": (OWN,),
        "merch_stores_destroy": (OWN,),
    },
    "merch_stores_deliveries_list": {
        "merch_stores_deliveries_retrieve": (
            {"id": "$request.path.id", "delivery_id": f"{FIRST}id"},
        ),
        "merch_stores_deliveries_replay_create": (
            {"id": "$request.path.id", "delivery_id": f"{FIRST}id"},
        )
    },
    "merch_stores_list": {
        "merch_stores_deliveries_list": ({"id": f"{FIRST}id"},),
        "merch_stores_pause_create": ({"id": f"{FIRST}id"},),
        "merch_stores_resume_create": ({"id": f"{FIRST}id"},),
    },
    "merch_products_list": {
        "merch_stores_costs_update": ({"id": f"{FIRST}store"}, {"product": f"{FIRST}product"})
    },
    "notices_list": {"notices_read_create": ({"id": f"{FIRST}id"},)},
    "brand_invoices_list": {"brand_invoices_retrieve": ({"id": f"{FIRST}id"},)},
    "merch_orders_list": {"merch_orders_retrieve": ({"id": f"{FIRST}id"},)},
    "affiliate_programmes_list": {"affiliate_programmes_joining_update": ({"id": f"{FIRST}id"},)},
    "affiliate_programmes_joining_update": {
        "affiliate_links_create": ({}, {"programme": "$response.body#/id"})
    },
    "affiliate_links_create": {
        "affiliate_links_retrieve": (OWN,),
        "affiliate_links_retire_create": (OWN,),
    },
    "affiliate_networks_retrieve": {
        "affiliate_networks_payday_update": ({"network": "$response.body#/networks/0/network"},)
    },
    "network_commissions_list": {"network_commissions_retrieve": ({"id": f"{FIRST}id"},)},
    "imports_list": {"imports_undo_create": ({"kind": "$request.path.kind", "id": f"{FIRST}id"},)},
    "imports_create": {
        "imports_retrieve": (IMPORT,),
        "imports_rows_list": (IMPORT,),
        "imports_confirm_create": (IMPORT,),
        "imports_discard_create": (IMPORT,),
    },
    "affiliate_conversions_list": {"affiliate_conversions_retrieve": ({"id": f"{FIRST}id"},)},
}  # fmt: skip


def with_links(result: dict, generator, request, public) -> dict:
    """A hook of drf-spectacular's."""
    for path in result["paths"].values():
        for operation in path.values():
            for target, link in LINKS.get(operation["operationId"], {}).items():
                told = dict(zip(("parameters", "requestBody"), link, strict=False))
                answer = next(part for status, part in operation["responses"].items() if status < "3")
                answer.setdefault("links", {})[target] = {"operationId": target, **told}
    return result
