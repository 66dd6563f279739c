from django.urls import path

from bench.peers.views import UsualGiftsView
from portal.urls import urlpatterns as site

urlpatterns = [path("api/v1/bench/gifts/", UsualGiftsView.as_view()), *site]
