from django.urls import path

from partnerships.views import imports

app_name = "partnerships"
urlpatterns: list = [
    path("studio/imports/", imports.imports, name="imports"),
    path("studio/imports/new/<slug:dialect>/", imports.new, name="new_import"),
    path("studio/imports/new/<slug:dialect>/example.csv", imports.example, name="import_example"),
    path("studio/imports/<uuid:import_id>/", imports.importing, name="import"),
    path("studio/imports/<uuid:import_id>/confirm/", imports.confirm, name="confirm_import"),
    path("studio/imports/<uuid:import_id>/discard/", imports.discard, name="discard_import"),
]
