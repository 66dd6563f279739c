from django.urls import path

from partnerships.affiliate_urls import AFFILIATE
from partnerships.deal_urls import DEALS
from partnerships.views import imports, merch, programmes, store_hooks, stores

app_name = "partnerships"
urlpatterns: list = [
    path("hooks/stores/<uuid:store_id>/", store_hooks.store_hook, name="store_hook"),
    path("studio/programmes/", programmes.programmes, name="programmes"),
    path("studio/programmes/<slug:slug>/", programmes.programme, name="programme"),
    path("studio/programmes/<slug:slug>/apply/", programmes.apply, name="apply_to_programme"),
    path("studio/programmes/<slug:slug>/leave/", programmes.leave, name="leave_programme"),
    path("studio/programmes/<slug:slug>/appeal/", programmes.appeal, name="appeal"),
    path("studio/imports/", imports.imports, name="imports"),
    path("studio/imports/new/<slug:dialect>/", imports.new, name="new_import"),
    path("studio/imports/new/<slug:dialect>/example.csv", imports.example, name="import_example"),
    path("studio/imports/<uuid:import_id>/", imports.importing, name="import"),
    path("studio/imports/<uuid:import_id>/confirm/", imports.confirm, name="confirm_import"),
    path("studio/imports/<uuid:import_id>/discard/", imports.discard, name="discard_import"),
    path("studio/imports/<uuid:import_id>/undo/", imports.undo, name="undo_import"),
    path("studio/merch/", merch.overview, name="merch"),
    path("studio/merch/earnings.csv", merch.earnings_csv, name="merch_csv"),
    path("studio/merch/orders/", merch.orders, name="merch_orders"),
    path("studio/merch/orders/<uuid:order_id>/", merch.order, name="merch_order"),
    path("studio/merch/products/", merch.products, name="merch_products"),
    path("studio/merch/products/<uuid:store_id>/", merch.cost, name="item_cost"),
    path("studio/merch/stores/", stores.stores, name="stores"),
    path("studio/merch/stores/new/", stores.connect, name="connect_store"),
    path("studio/merch/stores/<uuid:store_id>/", stores.store, name="store"),
    path("studio/merch/stores/<uuid:store_id>/secret/", stores.rotate, name="rotate_secret"),
    path("studio/merch/stores/<uuid:store_id>/pause/", stores.pause, name="pause_store"),
    path("studio/merch/stores/<uuid:store_id>/resume/", stores.resume, name="resume_store"),
    path("studio/merch/stores/<uuid:store_id>/remove/", stores.remove, name="remove_store"),
    path("studio/merch/deliveries/<uuid:delivery_id>/", stores.delivery, name="delivery"),
    path("studio/merch/deliveries/<uuid:delivery_id>/again/", stores.play_again, name="replay_delivery"),
    *AFFILIATE,
    *DEALS,
]
