"""How dates are written where Django's way does not fit into sentences: "9 p.m." ends with a stop of its own."""
