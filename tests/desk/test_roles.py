"""Who may do what at a desk: each route for each role, by token and by cookie."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from inkgrad.desk.guard import ROLES, Guard, needed_role
from inkgrad.desk.service import Service
from inkgrad.desk.serving import serve
from inkgrad.desk.token_file import read_tokens
from inkgrad.errors import UsageError

AT = "http://localhost:8420"
TOKENS = {role: f"a token to {role}....." for role in ROLES}
OPEN = ("/", "/health", "/ready", "/favicon.ico", "/web/{name}", "/v1/login", "/{page}.html")


class Silent:
    """A worker that finds nothing."""

    ready = True

    def read(self, *_):
        return []


@pytest.fixture
def service(ledger):
    others = {token: role for role, token in TOKENS.items() if role != "administer"}
    return Service(ledger, Silent(), Guard(TOKENS["administer"], others))


@pytest.fixture
def client(service):
    with TestClient(service.app, base_url=AT) as made:
        yield made


def closed_routes(service):
    """Each method and path that is not for everybody, and one that is not there yet."""
    found = {("GET", "/v1/rates")}
    for route in service.app.app.routes:
        path = route.path_format
        if path not in OPEN:
            path = path.replace("{number}", "1").replace("{picture}", "line")
            found |= {(method, path.replace("{what}", "skip")) for method in route.methods}
    return sorted(found)


def test_each_route_is_for_those_whose_role_reaches_it(service, client):
    routes = closed_routes(service)
    assert {"look", "settle", "administer"} == {needed_role(*route) for route in routes}
    for method, path in routes:
        assert client.request(method, path).status_code == 401
        for place, role in enumerate(ROLES):
            headers = {"authorization": f"Bearer {TOKENS[role]}"}
            refused = client.request(method, path, headers=headers).status_code == 403
            assert refused == (place < ROLES.index(needed_role(method, path))), (path, role)


def test_what_changes_something_needs_one_who_settles(service):
    changing = [route for route in closed_routes(service) if route[0] not in ("GET", "HEAD")]
    assert ("POST", "/v1/read") in changing
    assert "look" not in {needed_role(*route) for route in changing}


@pytest.mark.parametrize("role", ROLES)
def test_a_cookie_lets_do_what_its_token_did(client, fill, role):
    fill(1)
    assert client.post("/v1/login", json={"token": TOKENS[role]}).json() == {"role": role}
    session = client.get("/v1/session").json()
    assert session["role"] == role
    said, header = {"who": "ada", "version": 0}, {"x-inkgrad-desk": session["header"]}
    done = client.post("/v1/fields/1/skip", json=said, headers=header).status_code
    assert done == (403 if role == "look" else 200)


def test_a_cookie_whose_role_was_changed_is_none(client):
    client.post("/v1/login", json={"token": TOKENS["look"]})
    cookie = client.cookies["inkgrad_desk"].strip('"')
    client.cookies.clear()
    for sent, status in ((cookie, 200), (cookie.replace("look", "administer", 1), 401)):
        headers = {"cookie": f'inkgrad_desk="{sent}"'}
        assert client.get("/v1/queue", headers=headers).status_code == status


def test_a_file_of_tokens_says_who_may_do_what(tmp_path):
    path = tmp_path / "tokens"
    path.write_text("# ours\n\nadminister 0123456789abcdef\nlook  fedcba9876543210\n")
    assert read_tokens(path) == {"0123456789abcdef": "administer", "fedcba9876543210": "look"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("look 0123456789abcdef\n", "lets nobody administer"),
        ("", "lets nobody administer"),
        ("administer short\n", "line 1: a token of 5 characters is too short"),
        ("\nrule 0123456789abcdef\n", "line 2: expected one of look, settle, administer"),
        ("administer two words 0123456789\n", "line 1: expected one of"),
        ("administer 0123456789abcdef\nlook 0123456789abcdef\n", "line 2: is a token for the sec"),
        ("\x00\xff" * 20, "line 1: expected one of"),
        ("#" * 1_000_001, "more than 1,000,000 bytes"),
    ],
)
def test_a_file_of_tokens_that_is_none_is_said_without_them(tmp_path, content, said):
    path = tmp_path / "tokens"
    path.write_text(content)
    with pytest.raises(UsageError, match=said) as raised:
        serve(tmp_path / "desk", "0.0.0.0", token_file=path)
    assert "0123456789" not in str(raised.value)
    assert not (tmp_path / "desk").exists()


def test_no_file_of_tokens_is_said(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        serve(tmp_path / "desk", token_file=tmp_path / "none")
