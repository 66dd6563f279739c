"""How people sign up, log in and are known again."""

from portal.settings.environment import DEBUG, SITE_NAME, boolean, env

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
STAFF_NEED_SECOND_FACTOR = boolean("STAFF_NEED_SECOND_FACTOR", not DEBUG)
LOGIN_REDIRECT_URL = "home"
LOGIN_URL = "account_login"
# The header in which a proxy of ours tells a visitor's country, such as CF-IPCountry; else none is known.
COUNTRY_HEADER = env.str("COUNTRY_HEADER", default="")
# The cookie with the number that a browser gets when somebody logs in.
DEVICE_COOKIE = "device"
