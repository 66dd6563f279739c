"""The environment is read strictly. Each case starts Python anew, as an operator would."""

import os
import subprocess
import sys

import pytest

from portal.settings import BASE_DIR

PRODUCTION = {
    "DEBUG": "false",
    "SECRET_KEY": "k" * 60 + "-neither-short-nor-guessable-0123456789",
    "ALLOWED_HOSTS": "portal.example",
    "SITE_URL": "https://portal.example",
    "FIELD_ENCRYPTION_KEYS": "JgtYiKdG_qZzcnpC-4pQDJx8K2frlz5lIAWpULniTPc=",
    "DATABASE_URL": "postgresql://portal@127.0.0.1:1/portal",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    "CACHE_URL": "redis://127.0.0.1:1/1",
    "STRIPE_SECRET_KEY": "sk_test_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_1",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


class TestSettings:
    def test_pass_the_deployment_check_in_production(self):
        done = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
        assert done.returncode == 0, done.stderr

    @pytest.mark.parametrize(
        "name",
        [
            "SECRET_KEY",
            "ALLOWED_HOSTS",
            "SITE_URL",
            "FIELD_ENCRYPTION_KEYS",
            "DATABASE_URL",
            "CELERY_BROKER_URL",
            "CACHE_URL",
        ],
    )
    def test_ask_for_what_production_must_say(self, name):
        done = manage("check", **{key: value for key, value in PRODUCTION.items() if key != name})
        assert done.returncode != 0
        assert name in done.stderr

    @pytest.mark.parametrize(("name", "value"), [("DEBUG", "perhaps"), ("CONN_MAX_AGE", "long")])
    def test_refuse_a_value_that_makes_no_sense(self, name, value):
        done = manage("check", **PRODUCTION | {name: value})
        assert done.returncode != 0
        assert value in done.stderr

    def test_take_the_site_s_address_with_or_without_a_slash(self):
        """Paths, which begin with one, are put behind it everywhere."""
        told = PRODUCTION | {"SITE_URL": "https://portal.example/"}
        code = "from django.conf import settings; print(settings.SITE_URL)"
        done = manage("shell", "--verbosity", "0", "--command", code, **told)
        assert done.stdout.strip() == "https://portal.example", done.stderr

    def test_refuse_the_demo_outside_debug(self):
        done = manage("seed_demo", **PRODUCTION)
        assert done.returncode != 0
        assert "DEBUG" in done.stderr

    def test_let_no_webhook_reach_this_machine_outside_debug(self):
        done = manage("check", WEBHOOKS_TO_THIS_MACHINE="true", **PRODUCTION)
        assert "WEBHOOKS_TO_THIS_MACHINE needs DEBUG" in done.stderr

    def test_refuse_the_sandbox_where_money_is_real(self):
        done = manage("check", **PRODUCTION | {"PAYMENT_PROVIDER": "sandbox"})
        assert done.returncode != 0
        assert "sandbox needs DEMO" in done.stderr

    @pytest.mark.parametrize("name", ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"])
    def test_refuse_a_payment_provider_without_its_secrets(self, name):
        done = manage("check", **PRODUCTION | {name: ""})
        assert done.returncode != 0
        assert name in done.stderr
