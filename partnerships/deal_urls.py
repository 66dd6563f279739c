"""The pages of brand deals."""

from django.urls import path

from partnerships.views import brands, deal_board, deal_invoices, deal_parts, deal_shares, deals

_DEAL = "studio/deals/<uuid:deal_id>/"
_BRAND = "studio/deals/brands/<uuid:brand_id>/"
_INVOICE = "studio/deals/invoices/<uuid:invoice_id>/"
_SHARED = "shared/deals/<str:token>/"

DEALS = [
    path("studio/deals/", deal_board.board, name="deals"),
    path("studio/deals/table/", deal_board.table, name="deal_table"),
    path("studio/deals/csv/", deal_board.spreadsheet, name="deal_csv"),
    path("studio/deals/calendar/", deal_board.calendar, name="deal_calendar"),
    path("studio/deals/new/", deals.new, name="new_deal"),
    path(_DEAL, deals.deal, name="deal"),
    path(_DEAL + "edit/", deals.edit, name="edit_deal"),
    path(_DEAL + "move/", deal_board.move, name="move_deal"),
    path(_DEAL + "lost/", deal_board.lose, name="lose_deal"),
    path(_DEAL + "invoice/", deal_invoices.draft, name="draft_invoice"),
    path(_DEAL + "files/", deal_parts.add_file, name="add_deal_file"),
    path(_DEAL + "share/", deal_shares.share, name="share_deal"),
    path(_DEAL + "share/revoke/", deal_shares.revoke, name="revoke_share"),
    path(_DEAL + "deliverables/<uuid:part_id>/move/", deal_parts.move, name="move_deliverable"),
    path(_DEAL + "<slug:kind>/new/", deal_parts.part, name="new_part"),
    path(_DEAL + "<slug:kind>/<uuid:part_id>/", deal_parts.part, name="part"),
    path(_DEAL + "<slug:kind>/<uuid:part_id>/remove/", deal_parts.remove, name="remove_part"),
    path("studio/deals/files/<uuid:file_id>/", deal_parts.file, name="deal_file"),
    path("studio/deals/files/<uuid:file_id>/remove/", deal_parts.drop_file, name="remove_deal_file"),
    path("studio/deals/brands/", brands.brands, name="brands"),
    path("studio/deals/brands/new/", brands.edit, name="new_brand"),
    path(_BRAND, brands.brand, name="brand"),
    path(_BRAND + "edit/", brands.edit, name="edit_brand"),
    path(_BRAND + "contacts/new/", brands.contact, name="new_contact"),
    path(_BRAND + "contacts/<uuid:contact_id>/", brands.contact, name="contact"),
    path(_BRAND + "contacts/<uuid:contact_id>/remove/", brands.remove_contact, name="remove_contact"),
    path("studio/deals/invoices/", deal_invoices.invoices, name="invoices"),
    path("studio/deals/invoices/settings/", deal_invoices.series, name="invoice_series"),
    path(_INVOICE, deal_invoices.invoice, name="invoice"),
    path(_INVOICE + "edit/", deal_invoices.edit, name="edit_invoice"),
    path(_INVOICE + "issue/", deal_invoices.issue, name="issue_invoice"),
    path(_INVOICE + "pay/", deal_invoices.pay, name="pay_invoice"),
    path(_INVOICE + "payments/<uuid:payment_id>/back/", deal_invoices.take_back, name="take_back_payment"),
    path(_INVOICE + "cancel/", deal_invoices.cancel, name="cancel_invoice"),
    path(_INVOICE + "write-off/", deal_invoices.write_off, name="write_off_invoice"),
    path(_INVOICE + "discard/", deal_invoices.discard, name="discard_invoice"),
    path(_INVOICE + "pdf/", deal_invoices.pdf, name="invoice_pdf"),
    path(_SHARED, deal_shares.page, name="shared_deal"),
    path(_SHARED + "deliverables/<uuid:deliverable_id>/", deal_shares.say, name="shared_word"),
    path(_SHARED + "invoices/<uuid:invoice_id>/", deal_shares.pdf, name="shared_invoice"),
]
