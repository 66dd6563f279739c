"""What browsers, proxies and strangers may do."""

from csp.constants import NONCE, NONE, SELF

from portal.settings.checkout import checkout_origins
from portal.settings.environment import DEBUG, boolean, env
from portal.settings.feed import feed_origins
from portal.settings.payouts import account_origins

SECURE_SSL_REDIRECT = boolean("SECURE_SSL_REDIRECT", not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEBUG
BEHIND_TLS_PROXY = boolean("BEHIND_TLS_PROXY", False)
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
        "form-action": [SELF, *checkout_origins, *account_origins],
        "connect-src": [SELF, *feed_origins],
    }
}

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
