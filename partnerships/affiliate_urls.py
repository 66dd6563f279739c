"""The addresses of affiliate links, and of all that is done with them."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from partnerships.views import affiliate, affiliate_go, affiliate_hooks, affiliate_links, networks


class CodeConverter(StringConverter):
    """As the column of codes has them: nothing else is looked for."""

    regex = "[a-zA-Z0-9]{6,16}"


register_converter(CodeConverter, "affiliate_code")

AFFILIATE = [
    path("go/<affiliate_code:code>/", affiliate_go.go, name="go"),
    path("hooks/affiliate/<uuid:programme_id>/", affiliate_hooks.affiliate_hook, name="affiliate_hook"),
    path("studio/affiliate/", affiliate.overview, name="affiliate"),
    path("studio/affiliate/programmes/", affiliate.programmes, name="affiliate_programmes"),
    path("studio/affiliate/programmes/<uuid:programme_id>/", affiliate.programme, name="affiliate_programme"),
    path("studio/affiliate/programmes/<uuid:programme_id>/join/", affiliate.join, name="affiliate_join"),
    path("studio/affiliate/links/", affiliate_links.links, name="affiliate_links"),
    path("studio/affiliate/links/new/", affiliate_links.new, name="new_affiliate_link"),
    path("studio/affiliate/links/<uuid:link_id>/", affiliate_links.link, name="affiliate_link"),
    path("studio/affiliate/links/<uuid:link_id>/retire/", affiliate_links.retire, name="retire_link"),
    path("studio/affiliate/orders/", affiliate.conversions, name="affiliate_conversions"),
    path("studio/affiliate/orders.csv", affiliate.conversions_csv, name="affiliate_conversions_csv"),
    path("studio/affiliate/orders/<uuid:conversion_id>/", affiliate.conversion, name="affiliate_conversion"),
    path("studio/affiliate/networks/", networks.networks, name="networks"),
    path("studio/affiliate/networks/paid/", networks.payday, name="network_payday"),
    path("studio/affiliate/networks/commissions/", networks.commissions, name="network_commissions"),
    path(
        "studio/affiliate/networks/commissions.csv", networks.commissions_csv, name="network_commissions_csv"
    ),
    path(
        "studio/affiliate/networks/commissions/<uuid:commission_id>/",
        networks.commission,
        name="network_commission",
    ),
]
