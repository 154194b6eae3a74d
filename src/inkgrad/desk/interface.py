"""What a desk answers to programs, as an OpenAPI document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inkgrad import __version__
from inkgrad.desk.alike import WAYS
from inkgrad.desk.desk_documents import MEDIA_TYPES

_TEXT, _COUNT = {"type": "string"}, {"type": "integer", "minimum": 0}
_SAID: dict[str, Any] = {
    "who": _TEXT,
    "version": _COUNT,
    "seconds": {"type": "number"},
    "text": _TEXT,
}
_SAID["tags"] = {"type": "array", "items": _TEXT}
_SAID["fields"] = {"type": "array", "items": {"type": "array", "items": _COUNT}}
_NUMBER = {"name": "number", "in": "path", "required": True, "schema": _COUNT}

_LAYOUT = {
    "name": "layout",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "enum": list(MEDIA_TYPES)},
}

_PREFER = {
    "name": "Prefer",
    "in": "header",
    "description": "respond-async: the answer is a job, at once",
    "schema": _TEXT,
}


def document(kinds: Sequence[str]) -> dict[str, Any]:
    """The document, with the kinds that this desk reads."""
    kind = {"name": "kind", "in": "query", "schema": {"type": "string", "enum": list(kinds)}}
    order = {"type": "string", "enum": ["doubt", "arrival"]}
    paths: dict[str, Any] = {
        "/health": {"get": _does("Whether the desk runs")},
        "/ready": {"get": _does("Whether it can read")},
        "/v1/read": {
            "post": {
                **_does("Read an image or a PDF, and keep it", 201, 202, 413, 415, 422, 429),
                "parameters": [kind, _query("name", _TEXT), _PREFER],
                "requestBody": {
                    "required": True,
                    "content": {"image/*": {}, "application/pdf": {}},
                },
            }
        },
        "/v1/jobs/{number}": {
            "get": {**_does("How a job stands", 200, 404), "parameters": [_NUMBER]}
        },
        "/v1/jobs/{number}/events": {
            "get": {
                **_does("The same as server-sent events, until it has ended", 200, 404, 429),
                "parameters": [_NUMBER],
            }
        },
        "/metrics": {"get": _does("How the desk fares, for Prometheus")},
        "/v1/queue": {
            "get": {
                **_does("The fields that wait for a person", 200, 422),
                "parameters": [_query("order", order), _query("count", _COUNT)],
            }
        },
        "/v1/results": {
            "get": {
                **_does("All fields, by their numbers", 200, 422),
                "parameters": [_query("after", _COUNT), _query("count", _COUNT)],
            }
        },
        "/v1/search": {
            "get": {
                **_does("Fields whose text or name begins so", 200, 422),
                "parameters": [
                    {**_query("text", _TEXT), "required": True},
                    _query("count", _COUNT),
                ],
            }
        },
        "/v1/results.csv": {"get": _does("All fields as a table")},
        "/v1/fields/{number}": {
            "get": {**_does("A field, and all said of it", 200, 404), "parameters": [_NUMBER]}
        },
        "/v1/fields/{number}/alike": {
            "get": {
                **_does(
                    "The fields that wait with the same reading, or on the same file", 200, 404
                ),
                "parameters": [_NUMBER, _query("by", {"type": "string", "enum": list(WAYS)})],
            }
        },
        "/v1/fields/{number}/piece": {
            "get": {
                **_does("A field with all others on its page, in order", 200, 404),
                "parameters": [_NUMBER],
            }
        },
        "/v1/fields/{number}/tags": {
            "post": {
                **_does("Give the field's file these tags, and no others", 200, 404, 422),
                **_json("tags"),
                "parameters": [_NUMBER],
            }
        },
        "/v1/fields/{number}/document.{layout}": {
            "get": {
                **_does("The text of the field's file, as it stands", 200, 404, 422),
                "parameters": [_NUMBER, _LAYOUT],
            }
        },
        "/v1/forms/{kind}.csv": {
            "get": {
                **_does("All forms of a template as a table", 200, 404),
                "parameters": [{"name": "kind", "in": "path", "required": True, "schema": _TEXT}],
            }
        },
        "/v1/alike": {
            "post": {
                **_does("Settle several at once, by number and version", 200, 404, 409, 422),
                **_json("who", "fields"),
            }
        },
        "/v1/checks": {
            "get": {
                **_does("Fields for a second person to read, blind", 200, 422),
                "parameters": [_query("who", _TEXT), _query("count", _COUNT)],
            }
        },
        "/v1/rates": {"get": _does("How often people and models were wrong, by double entry")},
        "/v1/undo": {
            "post": {**_does("Take back one's last word", 200, 404, 409, 422), **_json("who")}
        },
    }
    for what, more in (("settle", ["text"]), ("check", ["text"]), ("skip", []), ("none", [])):
        body = _json("who", "version", *more)
        entry = {**_does(f"Say of a field: {what}", 200, 404, 409, 422), **body}
        paths[f"/v1/fields/{{number}}/{what}"] = {"post": {**entry, "parameters": [_NUMBER]}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "inkgrad desk", "version": __version__},
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{}, {"token": []}],
        "paths": paths,
    }


def _does(what: str, *statuses: int) -> dict[str, Any]:
    said = {str(status): {"description": _MEANT[status]} for status in statuses or (200,)}
    return {"summary": what, "responses": said}


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


def _json(*required: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": _SAID, "required": list(required)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


_MEANT = {
    200: "done",
    201: "read and kept",
    202: "kept, and will be read: where the job is",
    404: "there is no such thing",
    409: "changed by another since it was seen",
    413: "too large",
    415: "of another type",
    422: "does not hold together, or cannot be read",
    429: "too many wait: try again",
}
