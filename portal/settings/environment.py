"""Where the site runs: its environment or `.env` file, its folders, names and secrets."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")


def boolean(name: str, default: bool) -> bool:
    word = env.str(name, default=str(default)).lower()
    if word not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"{name} must be true or false, not {word!r}.")
    return word in {"true", "1", "yes", "on"}


# Where the embedded servers, uploads, mails of the demo and measurements live.
STATE = Path(env.str("PORTAL_STATE", default=str(BASE_DIR / "var")))
DEBUG = boolean("DEBUG", False)
# The demo's people, the mail reader and the sandbox provider exist only where this is on.
DEMO = boolean("DEMO", DEBUG)
if DEMO and not DEBUG:
    raise ImproperlyConfigured("DEMO needs DEBUG: its passwords are public.")

_DEVELOPMENT_KEY = "development-only-key-that-is-public-and-therefore-refused-when-DEBUG-is-off"
SECRET_KEY = env.str("SECRET_KEY", default=_DEVELOPMENT_KEY if DEBUG else environ.Env.NOTSET)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else environ.Env.NOTSET
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000" if DEBUG else environ.Env.NOTSET).rstrip("/")
SITE_NAME = env.str("SITE_NAME", default="Lumen")

# The first key encrypts, every key decrypts. Made by `python manage.py new_field_key`.
FIELD_ENCRYPTION_KEYS = env.list(
    "FIELD_ENCRYPTION_KEYS",
    default=["ZGV2ZWxvcG1lbnQtb25seS1rZXktcHVibGljLTAwMDA="] if DEBUG else environ.Env.NOTSET,
)
