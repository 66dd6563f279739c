"""Where the live feed answers, as browsers reach it; without one pages ask for news every few seconds."""

from portal.settings.environment import ALLOWED_HOSTS, DEMO, env

FEED_URL = env.str("FEED_URL", default="").rstrip("/")
# The demo's stands on a port beside the site's, under whatever name the site is called by.
FEED_PORT = env.int("FEED_PORT", default=8003) if DEMO else 0
if FEED_URL:
    feed_origins = [FEED_URL]
elif FEED_PORT:
    # A policy has no words for an address in brackets.
    feed_origins = [f"http://{host}:{FEED_PORT}" for host in ALLOWED_HOSTS if "[" not in host]
else:
    feed_origins = []
