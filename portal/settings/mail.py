"""How mails leave, and where answers to them go."""

import environ

from portal.settings.environment import DEMO, SITE_NAME, STATE, env

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <no-reply@portal.test>")
# Whom people write to, as where their wallet is frozen.
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default="support@portal.test")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_FILE_PATH = str(STATE / "mail")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 10
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
elif _mail := env.str("EMAIL_URL", default=""):
    vars().update(environ.Env.email_url_config(_mail))
