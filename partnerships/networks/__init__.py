"""What the exports of affiliate networks look like: a module each, with its columns and how a row is read.

To add a network: a module with `LAYOUT` and `read`, a line here and one in `network_states.Network`.
"""

from partnerships.networks import amazon, awin, cj, impact

LAYOUTS = (amazon.LAYOUT, awin.LAYOUT, cj.LAYOUT, impact.LAYOUT)
READERS = {
    amazon.LAYOUT.code: amazon.read,
    awin.LAYOUT.code: awin.read,
    cj.LAYOUT.code: cj.read,
    impact.LAYOUT.code: impact.read,
}

__all__ = ["LAYOUTS", "READERS"]
