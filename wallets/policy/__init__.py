"""What prices, rates and rewards must never allow: sending gifts to oneself at a profit."""
