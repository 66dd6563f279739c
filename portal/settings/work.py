"""Work in the background, driven by rows and swept again: a message that is lost costs time, never money."""

import environ
from kombu import Queue

from portal import embedded
from portal.settings.environment import DEBUG, STATE, env

CELERY_BROKER_URL = env.str(
    "CELERY_BROKER_URL",
    default=f"redis+socket://{embedded.broker_socket(STATE)}?virtual_host=0" if DEBUG else environ.Env.NOTSET,
)
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
