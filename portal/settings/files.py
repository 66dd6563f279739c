"""How words and numbers are written, and where files lie."""

from portal.settings.environment import BASE_DIR, DEBUG, STATE, boolean, env

LANGUAGE_CODE = "en"
# Words are English; what differs is how numbers, dates and amounts are written.
LANGUAGES = [("en", "English"), ("en-gb", "English (UK)")]
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "portal.formats"
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
STATIC_AUTOREFRESH = boolean("STATIC_AUTOREFRESH", False)
MEDIA_ROOT = STATE / "media"
