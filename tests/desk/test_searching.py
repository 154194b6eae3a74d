"""Fields looked for at the desk."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from inkgrad.desk.guard import Guard
from inkgrad.desk.searching import begins
from inkgrad.desk.service import Service
from inkgrad.errors import UsageError


def found(ledger, text, **more):
    return [field.id for field in begins(ledger, text, **more)]


def test_fields_are_found_by_how_their_text_or_their_name_begins(ledger, fill):
    fill(4, "mail-{}.png")
    for number, text in ((1, "44724"), (2, "44101"), (3, "mail-0")):
        ledger.settle(number, 0, text, "ada")
    assert found(ledger, "44") == [2, 1]
    assert found(ledger, "44724") == [1]
    assert found(ledger, "mail-0") == [3, 1]  # texts before names, each field once
    assert found(ledger, "mail", count=2) == [3, 1]
    assert found(ledger, "4724") == []


@pytest.mark.parametrize("text", ["%", "_", "' OR 1=1 --", "\U0010ffff", "*"])
def test_no_character_has_a_meaning_of_its_own(ledger, fill, text):
    fill(3)
    assert found(ledger, text) == []
    ledger.settle(1, 0, "a", "ada")
    assert found(ledger, text) == []


def test_nothing_is_not_looked_for(ledger):
    with pytest.raises(UsageError, match="nothing is looked for"):
        begins(ledger, "")


@pytest.mark.parametrize(
    ("table", "column", "index"),
    [("fields", "text", "fields_by_text"), ("pieces", "name", "pieces_by_name")],
)
def test_both_are_ranges_of_an_index(sqlite_ledger, table, column, index):
    """So they cost the same beside a million of others."""
    statement = f"SELECT id FROM {table} WHERE {column}>=? AND {column}<? ORDER BY {column}, id"
    (plan,) = sqlite_ledger.asked(f"EXPLAIN QUERY PLAN {statement}", "a", "b")
    assert f"INDEX {index}" in plan["detail"]


def test_programs_look_for_fields_by_http(ledger, fill):
    fill(3, "mail-{}.png")
    with TestClient(Service(ledger, None, Guard()).app, base_url="http://localhost") as client:
        fields = client.get("/v1/search", params={"text": "mail-1"}).json()["fields"]
        assert [field["name"] for field in fields] == ["mail-1.png"]
        for query in ("", "?text=", "?text=a&count=1001"):
            assert client.get(f"/v1/search{query}").status_code == 422
