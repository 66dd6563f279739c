"""How times are written: Django's "9 p.m." ends with a stop of its own, which sentences double."""
