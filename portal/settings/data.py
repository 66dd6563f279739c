"""Where rows, sessions and short-lived values are kept."""

import environ

from portal import embedded
from portal.settings.environment import DEBUG, STATE, env

DATABASE_URL = env.str("DATABASE_URL", default="" if DEBUG else environ.Env.NOTSET)
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL) if DATABASE_URL else embedded.database(STATE)}
DATABASES["default"] |= {
    "ENGINE": "portal.database",
    # One statement is one transaction: a gift must not pay for more. Operations open their own.
    "ATOMIC_REQUESTS": False,
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600),
    "CONN_HEALTH_CHECKS": True,
    # Statements that come again are planned once; a pooler that shares connections by transaction wants 0.
    "OPTIONS": {
        "server_side_binding": True,
        "prepare_threshold": env.int("DATABASE_PREPARE_THRESHOLD", default=5) or None,
        # A server that is gone without a word is noticed within a minute.
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "portal.User"

CACHE_URL = env.str(
    "CACHE_URL", default=f"unix://{embedded.broker_socket(STATE)}?db=1" if DEBUG else environ.Env.NOTSET
)
CACHES = {"default": {"BACKEND": "portal.cache.Cache", "LOCATION": CACHE_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
