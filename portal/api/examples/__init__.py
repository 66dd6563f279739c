"""What requests and answers look like, kept beside this by the name of their shape, or of the operation where
there is none, and put into the schema."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent
_REF = "#/components/schemas/"
_LIST, _PATCH, _REQUEST = "Paginated", "Patched", "Request"


@cache
def examples() -> dict[str, Any]:
    """By the name of the component. A date in the files is text, as in JSON."""
    found = {}
    for file in sorted(_FOLDER.glob("*.yaml")):
        found |= yaml.load(file.read_text(), Loader=_Loader)  # noqa: S506
    return found


class _Loader(yaml.SafeLoader):
    """Without YAML's own dates."""


_Loader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def with_examples(result: dict, generator, request, public) -> dict:
    """A hook of drf-spectacular's, after all others."""
    shapes = result["components"]["schemas"]
    for path in result["paths"].values():
        for operation in path.values():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                _put(media, shapes, written=True)
            for status, answer in operation["responses"].items():
                for media in answer.get("content", {}).values() if status < "3" else ():
                    _put(media, shapes, name=operation["operationId"])
    return result


def _put(media: dict, shapes: dict, *, name: str = "", written: bool = False) -> None:
    schema = media["schema"]
    rows = schema.get("type") == "array"
    shape = (schema["items"] if rows else schema).get("$ref", "").removeprefix(_REF)
    example = examples().get(name)
    if example is None and shape:
        example = _of(shape, shapes, written=written)
        example = example and ([example] if rows else example)
    if example is not None:
        media["example"] = example


def _of(name: str, shapes: dict, *, written: bool) -> Any:
    if name.startswith(_LIST):
        rows = shapes[name]["properties"]["results"]["items"]["$ref"].removeprefix(_REF)
        row = _of(rows, shapes, written=False)
        return row and {"next": None, "previous": None, "results": [row]}
    if not written:
        return examples().get(name)
    fields, name = shapes[name]["properties"], name.removesuffix(_REQUEST)
    found = examples().get(name) or examples().get(name.removeprefix(_PATCH))
    return found and {key: value for key, value in found.items() if key in fields}
