"""The desk keeps to its OpenAPI document, whatever a program sends that has read it, or has not."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    status_code_conformance,
    unsupported_method,
)

from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.guard import Guard
from inkgrad.desk.interface import document
from inkgrad.desk.jobs import Jobs
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.service import Service
from inkgrad.errors import ImageError

CHECKS = [
    *(not_a_server_error, status_code_conformance, content_type_conformance),
    *(negative_data_rejection, unsupported_method),
]


HOST = {"host": "localhost"}


class Doubtful:
    """A worker that reads every second file."""

    ready, count = True, 0

    def read(self, sha256, name, kind):
        self.count += 1
        if self.count % 2:
            raise ImageError(f"{name}: is no image")
        return [(1, 0, ReadField("12345", 0.5, "rejected"))]


OPERATIONS = [(path, way) for path, ways in document(["zip"])["paths"].items() for way in ways]


@pytest.fixture(scope="module")
def schema(tmp_path_factory, new_database):
    with Ledger(tmp_path_factory.mktemp("desk"), new_database()) as ledger:
        for k in range(3):
            ledger.add(f"{k:064x}", 1, "a.png", "zip", ReadField("12345", 0.5, "rejected"))
        jobs = Jobs(ledger, lambda *_: [])
        ended = jobs.add("0" * 64, "a.png", "zip").id  # streams of the others would not end
        ledger.asked("UPDATE jobs SET state='done' WHERE id=? RETURNING id", ended)
        app = Service(ledger, Doubtful(), Guard()).app
        yield schemathesis.openapi.from_asgi("/v1/openapi.json", app, headers=HOST)


@pytest.mark.parametrize(("path", "way"), OPERATIONS)
def test_every_answer_is_one_that_the_document_has(schema, path, way):
    statuses = set()

    @settings(max_examples=15, deadline=None, derandomize=True, database=None)
    @given(case=schema[path][way].as_strategy())
    def each(case):
        statuses.add(case.call_and_validate(checks=CHECKS, headers=HOST).status_code)

    each()
    assert statuses
