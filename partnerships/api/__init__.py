"""The partnerships' part of the API. Views call the same operations as the pages."""

from django.urls import path

from partnerships.api import programmes

urlpatterns: list = [
    path("programmes/", programmes.ProgrammesView.as_view(), name="api-programmes"),
    path("programmes/<uuid:pk>/", programmes.ProgrammeView.as_view(), name="api-programme"),
    path("programmes/<uuid:pk>/metrics/", programmes.MetricsView.as_view(), name="api-programme-metrics"),
]
