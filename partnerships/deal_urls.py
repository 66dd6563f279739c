"""The pages of brand deals."""

from django.urls import path

from partnerships.views import deal_board, deals

DEALS = [
    path("studio/deals/", deal_board.board, name="deals"),
    path("studio/deals/table/", deal_board.table, name="deal_table"),
    path("studio/deals/calendar/", deal_board.calendar, name="deal_calendar"),
    path("studio/deals/new/", deals.new, name="new_deal"),
    path("studio/deals/<uuid:deal_id>/", deals.deal, name="deal"),
    path("studio/deals/<uuid:deal_id>/edit/", deals.edit, name="edit_deal"),
    path("studio/deals/<uuid:deal_id>/move/", deal_board.move, name="move_deal"),
    path("studio/deals/<uuid:deal_id>/lost/", deal_board.lose, name="lose_deal"),
    path("studio/deals/brands/<uuid:brand_id>/", deals.deal, name="brand"),
    path("studio/deals/invoices/<uuid:invoice_id>/", deals.deal, name="invoice"),
]
