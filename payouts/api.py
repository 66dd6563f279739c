"""The payouts' part of the API. Views call the same operations as the pages."""

urlpatterns: list = []
