"""The site's settings as in production, on a database cluster that only the bench uses."""

import os
import site
import sys
from importlib.util import find_spec
from pathlib import Path

STATE_FOLDER = Path(os.environ.get("BENCH_STATE", Path(__file__).resolve().parent.parent / "var" / "bench"))
os.environ.update(
    {
        "PORTAL_STATE": str(STATE_FOLDER),
        "DEBUG": "false",
        "DEMO": "false",
        "DATABASE_URL": "",  # the embedded cluster below PORTAL_STATE
        "SECRET_KEY": "measured-" * 8,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": "http://127.0.0.1",
        "SECURE_SSL_REDIRECT": "false",
        "FIELD_ENCRYPTION_KEYS": "ZGV2ZWxvcG1lbnQtb25seS1rZXktcHVibGljLTAwMDA=",
        "PAYMENT_PROVIDER": "stripe",
        "STRIPE_SECRET_KEY": "sk_bench",
        "STRIPE_WEBHOOK_SECRET": "whsec_bench",
        "BANK_URL": "",
        "LOG_LEVEL": "ERROR",
        "FX_OLDEST_DAYS": "3650",
    }
)
_broker = f"unix://{STATE_FOLDER}/run/broker.sock"
os.environ.update(
    {"CELERY_BROKER_URL": _broker.replace("unix", "redis+socket"), "CACHE_URL": f"{_broker}?db=1"}
)

from portal.settings import *  # noqa: E402, F403
from portal.settings import DATABASES  # noqa: E402
from portal.settings import INSTALLED_APPS as PORTAL_APPS  # noqa: E402

DATABASES["default"]["NAME"] = os.environ.get("BENCH_DATABASE", "postgres")
# What the peers need is installed for the bench alone, beside the virtual environment's own packages.
site.addsitedir(str(Path(sys.prefix, "peers")))
HORDAK = find_spec("hordak") is not None
INSTALLED_APPS = [*PORTAL_APPS, "bench.peers", *(["mptt", "hordak"] if HORDAK else [])]
ROOT_URLCONF = "bench.urls"
# Names of files are not what is measured, and the manifest of them would have to be collected first.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
