"""What shops tell of their orders, whatever software they run: read, put together, and counted. Pure."""
