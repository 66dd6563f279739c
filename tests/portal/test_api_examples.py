"""The examples in the schema say what there is: each is held to its shape, and what is sent is accepted."""

import datetime as dt
from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker
from rest_framework.serializers import ListSerializer, Serializer

from partnerships.models import BrandDeal, Store
from partnerships.operations.network_import import NETWORKS
from portal.api.examples import examples

PLACE = "#/components/schemas/"
DEAL, STORE = BrandDeal(currency="EUR"), Store(currency="EUR")


@cache
def generated() -> tuple[dict, dict[str, Serializer]]:
    """The schema, and the serializer behind each component."""
    generator = SchemaGenerator()
    schema = generator.get_schema(public=True)
    found = {name: part.object for (name, _), part in generator.registry._components.items()}
    return schema, found


def operations() -> list[tuple[str, dict]]:
    schema, _ = generated()
    return [
        (operation["operationId"], operation)
        for path in schema["paths"].values()
        for operation in path.values()
    ]


def answers(operation: dict) -> list[dict]:
    return [
        media
        for status, answer in operation["responses"].items()
        if status.startswith("2")
        for media in answer.get("content", {}).values()
    ]


@cache
def validator() -> Draft202012Validator:
    """Of a schema in which no object has more than is said of it."""
    schema, _ = generated()
    shapes = {
        name: shape | ({"additionalProperties": False} if shape.get("type") == "object" else {})
        for name, shape in schema["components"]["schemas"].items()
    }
    formats = FormatChecker(("date", "uuid"))
    formats.checks("uri")(lambda text: not isinstance(text, str) or "://" in text)
    formats.checks("date-time", ValueError)(lambda text: not text or dt.datetime.fromisoformat(text))
    return Draft202012Validator({"components": {"schemas": shapes}}, format_checker=formats)


def sent(kind: str, example: dict) -> dict:
    """As it arrives."""
    if kind != "multipart/form-data":
        return example
    return example | {"file": SimpleUploadedFile("file", example["file"].encode())}


def faults(media: dict) -> list[str]:
    found = validator().evolve(schema=validator().schema | media["schema"]).iter_errors(media["example"])
    return [f"{error.json_path}: {error.message}" for error in found]


class TestExamples:
    def test_stand_at_every_operation(self):
        bare = [
            name
            for name, operation in operations()
            for media in (*operation.get("requestBody", {}).get("content", {}).values(), *answers(operation))
            if "example" not in media
        ]
        assert bare == []

    def test_have_the_shape_of_their_answer(self):
        wrong = [
            (name, found)
            for name, operation in operations()
            for media in answers(operation)
            if (found := faults(media))
        ]
        assert wrong == []

    def test_leave_out_only_what_is_put_in_on_demand(self):
        _, serializers = generated()
        for name, example in examples().items():
            fields = serializers[name].fields if name in serializers else {}
            missing = {each for each in fields if each not in example and not fields[each].write_only}
            on_demand = {each for each, field in fields.items() if isinstance(field, ListSerializer)}
            sent = {
                media["schema"].get("$ref") for _, operation in operations() for media in answers(operation)
            }
            if PLACE + name in sent:
                assert missing <= on_demand, name

    @pytest.mark.django_db
    def test_are_accepted_where_they_are_sent(self):
        _, serializers = generated()
        refused = []
        for name, operation in operations():
            for kind, media in operation.get("requestBody", {}).get("content", {}).items():
                shape = media["schema"]["$ref"].removeprefix(PLACE)
                told = type(serializers[shape])(
                    data=sent(kind, media["example"]),
                    partial=shape.startswith("Patched"),
                    context={"deal": DEAL, "store": STORE, "dialect": NETWORKS},
                )
                if not told.is_valid():
                    refused.append((name, told.errors))
        assert refused == []

    def test_are_all_of_something(self):
        schema, _ = generated()
        shapes = {
            name.removeprefix("Patched").removesuffix("Request") for name in schema["components"]["schemas"]
        }
        named = {name for name, _ in operations()}
        assert {name.removeprefix("Patched") for name in examples()} - shapes - named == set()
