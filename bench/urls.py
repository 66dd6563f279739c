from django.urls import path

from bench.peers.views import UsualGiftsView
from portal.urls import urlpatterns as site

urlpatterns = [path("api/bench/gifts/", UsualGiftsView.as_view()), *site]
