from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer


class Negotiation(DefaultContentNegotiation):
    def select_renderer(self, request, renderers, format_suffix=None) -> tuple[BaseRenderer, str]:
        """Whoever takes anything, and asks for nothing else in the address, gets the first there is: that is
        nearly every program, and weighing it out would take as long as reading a row."""
        anything = request.META.get("HTTP_ACCEPT", "*/*") == "*/*"
        if anything and not format_suffix and not request.META.get("QUERY_STRING"):
            return renderers[0], renderers[0].media_type
        return super().select_renderer(request, renderers, format_suffix)
