"""Programs that send what the schema allows and what it forbids, as four kinds of people: nothing breaks,
nothing is answered that the schema does not tell, nobody reads what is another's.

`API_FUZZ=100` plays so many requests of each kind, and looks for the smallest one that fails."""

import datetime as dt
import json
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from portal.api.links import LINKS
from portal.scopes import scopes_for
from tests.factories.desk import Desk
from tests.factories.keys import issue_key
from tests.factories.worlds import WHEN, World, populate

pytestmark = pytest.mark.django_db
PLAYS = int(os.environ.get("API_FUZZ", "0"))
PLAYED = settings(
    max_examples=PLAYS or 1,
    stateful_step_count=30 if PLAYS else 15,
    deadline=None,
    derandomize=not PLAYS,
    database=None,
    phases=[Phase.generate, Phase.shrink] if PLAYS else [Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@cache
def told() -> dict:
    """The schema of all that is below /api/v1/."""
    return SchemaGenerator().get_schema(public=True)


def expected() -> list:
    load_all_checks()
    names = (
        "not_a_server_error", "status_code_conformance", "content_type_conformance",
        "response_headers_conformance", "response_schema_conformance",
    )  # fmt: skip
    return CHECKS.get_by_names(names)


class Site:
    """The API, with what there is to ask it for. What the `others` have is never to be read."""

    def __init__(self, own: World, others: World) -> None:
        self.own, self.others = own, others
        self.hidden = {str(pk) for pk in others.ids}
        self.keys = {
            "reader": headers(own.creator, ":read"),
            "viewer": headers(own.viewer),
            "creator": headers(own.creator),
            "staff": headers(own.staff),
        }
        self.schema = schemathesis.openapi.from_dict(told())
        self.schema.app = get_wsgi_application()
        self.schema.config.phases.stateful.inference.algorithms = []  # the schema's own links alone

        @self.schema.hook
        def flatmap_path_parameters(context, path_parameters):
            return self.somewhere(context.operation, path_parameters or {})

        @self.schema.hook
        def flatmap_body(context, body):
            return self.something(context.operation, body)

    def somewhere(self, operation, drawn: dict):
        """Mostly where something is: one's own, or somebody else's."""
        places, path = {}, operation.path.strip("/").split("/")
        for name in drawn:
            collection = path[path.index(f"{{{name}}}") - 1]
            places[name] = st.sampled_from([*self.own.places[collection], *self.others.places[collection]])
        return st.fixed_dictionaries(places) | st.fixed_dictionaries(places) | st.just(drawn)

    def something(self, operation, drawn):
        """Mostly what the example says, with one field as it was drawn."""
        [media] = operation.definition.raw["requestBody"]["content"].values()
        text = json.dumps(media["example"])
        for name, live in self.own.names.items():
            text = text.replace(name, live)
        example = json.loads(text)
        if not isinstance(drawn, dict):
            return st.just(example) | st.just(drawn)

        def mixed(field: str | None) -> dict:
            rest = {name: value for name, value in example.items() if name != field}
            return rest | ({field: drawn[field]} if field in drawn else {})

        return st.sampled_from([None, *example]).map(mixed) | st.just(drawn)

    def judge(self, case, answer) -> None:
        case.validate_response(answer, checks=expected())
        asked = str(case.path_parameters)
        seen = {pk for pk in self.hidden if pk.encode() in answer.content and pk not in asked}
        assert not seen, (case.as_curl_command(), answer.content)
        theirs = any(pk in asked for pk in self.hidden)
        assert not (theirs and answer.status_code < 300), (case.as_curl_command(), answer.content)


@contextmanager
def undone() -> Iterator[None]:
    """What happens in it has not happened after it: the same plays mean the same again."""
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)
    transaction.savepoint_commit(point)  # thousands that lie in each other are too many for PostgreSQL


def headers(person, verbs: str | tuple[str, ...] = (":read", ":write")) -> dict[str, str]:
    """Of a program that may do this in its person's name."""
    scopes = [scope for scope in scopes_for(person) if scope.endswith(verbs)]
    return {"Authorization": f"Bearer {issue_key(user=person, scopes=scopes)}"}


@pytest.fixture(scope="module", autouse=True)
def _open_connections():
    """Django would close the test's connection around each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def site(settings):
    settings.API_REQUESTS_A_MINUTE = 10**9
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    settings.PAYMENT_PROVIDERS = {"sandbox": "tests.factories.desk.Desk"}
    Desk.reset()
    with time_machine.travel(WHEN + dt.timedelta(hours=1)):
        yield Site(populate("lumi"), populate("mara"))


class TestApi:
    @pytest.mark.parametrize("mode", GenerationMode, ids=["allowed", "forbidden"])
    def test_keeps_its_word_at_every_operation(self, site, mode):
        faults = []
        for found in site.schema.get_all_operations():
            operation = found.ok()

            @PLAYED
            @given(case=operation.as_strategy(mode))
            def play(case):
                for key in site.keys.values():
                    with undone():
                        site.judge(case, case.call(headers=key))

            try:
                play()
            except (Exception, BaseExceptionGroup):
                faults.append(f"{operation.label}: {traceback.format_exc(limit=-8)}")
        assert faults == [], "\n".join(faults)

    def test_keeps_it_from_one_operation_to_the_next(self, site):
        linked = {*LINKS, *(target for targets in LINKS.values() for target in targets)}

        class Walk(site.schema.include(operation_id=list(linked)).as_state_machine()):
            def setup(self):
                self.undone = undone()
                self.undone.__enter__()

            def teardown(self):
                self.undone.__exit__(None, None, None)

            def get_call_kwargs(self, case):
                return {"headers": self.key}

            def validate_response(self, response, case, **options):
                site.judge(case, response)

        for key in site.keys.values():
            Walk.key = key
            run_state_machine_as_test(Walk, settings=PLAYED)
