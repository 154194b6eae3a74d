"""The desk by HTTP: what it answers, and all that it refuses."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from starlette.testclient import TestClient

import inkgrad.desk
from inkgrad.batch.sorting import Plan
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.guard import Guard
from inkgrad.desk.service import Service
from inkgrad.desk.waiting_room import Busy
from inkgrad.desk.worker import Worker

AT, TOKEN = "http://localhost:8420", "a token of this desk"


class Told:
    """A worker that reads nothing and says the same of everything."""

    ready, fault = True, None

    def read(self, sha256, name, kind):
        if self.fault:
            raise self.fault
        return [(1, 0, ReadField("12345", 0.5, "rejected"))]


@pytest.fixture
def client(ledger):
    with TestClient(Service(ledger, Told(), Guard(), most_bytes=1000).app, base_url=AT) as made:
        yield made


@pytest.fixture
def closed(ledger):
    with TestClient(Service(ledger, Told(), Guard(TOKEN)).app, base_url=AT) as made:
        yield made


def send(client, content=b"image", kind="image/png", **more):
    return client.post("/v1/read", content=content, headers={"content-type": kind}, **more)


def test_a_program_sends_an_image_and_settles_what_was_read(client):
    (field,) = send(client, params={"name": "a.png"}).json()["fields"]
    assert (field["name"], field["read"]["text"], field["state"]) == ("a.png", "12345", "open")
    said = {"who": "ada", "version": 0, "text": "54321"}
    done = client.post(f"/v1/fields/{field['id']}/settle", json=said)
    assert (done.status_code, done.json()["text"]) == (200, "54321")
    assert client.post(f"/v1/fields/{field['id']}/settle", json=said).status_code == 409
    assert client.get("/v1/queue").json() == {"fields": [], "waiting": 0}
    assert client.post("/v1/undo", json={"who": "ada"}).json()["state"] == "open"
    assert client.get(f"/v1/fields/{field['id']}").json()["events"][1]["what"] == "undo"


def test_every_answer_lets_no_code_but_its_own_run(client):
    for path in ("/", "/web/desk.js", "/nowhere", "/v1/queue"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    page = client.get("/").text
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=|javascript:", page)


def test_pages_of_the_desk_read_no_text_as_html():
    for path in (Path(inkgrad.desk.__file__).parent / "web").glob("*.js"):
        assert not re.search("innerHTML|outerHTML|insertAdjacentHTML|eval", path.read_text())


@pytest.mark.parametrize(
    "path",
    [
        *("/web/..%2fledger.py", "/web/%2e%2e/desk.db", "/web//etc/passwd", "/web/index.html"),
        *("/v1/fields/1/..%2f..%2fdesk.db.png", "/v1/fields/1/x.png", "/v1/fields/-1", "/desk.db"),
    ],
)
def test_no_path_reaches_another_file(client, fill, path):
    fill(1)
    assert client.get(path).status_code in (404, 405)  # 405: there it takes what is said alone


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 10**40])
def test_a_number_that_no_database_holds_is_one_of_nothing(client, number):
    said = {"who": "ada", "version": 0}
    for answer in (
        client.get(f"/v1/fields/{number}"),
        client.get(f"/v1/jobs/{number}"),
        client.post(f"/v1/fields/{number}/skip", json=said),
    ):
        assert answer.status_code == 404


def test_a_name_that_is_a_path_or_html_or_a_formula_stays_a_name(client, ledger):
    for name in ("../../desk.db", "<script>alert(1)</script>", "=cmd()"):
        send(client, name.encode(), params={"name": name})
    assert [field["name"] for field in client.get("/v1/results").json()["fields"]][2] == "=cmd()"
    rows = list(csv.reader(io.StringIO(client.get("/v1/results.csv").text)))
    assert [row[0] for row in rows[1:]] == [
        "../../desk.db",
        "<script>alert(1)</script>",
        "'=cmd()",
    ]
    assert {path.name for path in ledger.folder.parent.iterdir()} == {"desk"}


def test_what_is_too_large_or_no_image_is_not_kept(client, ledger):
    assert send(client, b"x" * 1001).status_code == 413
    assert send(client, iter([b"x" * 600] * 2)).status_code == 413
    assert send(client, kind="application/json").status_code == 415
    assert send(client, params={"kind": "poem"}).status_code == 422
    assert not (ledger.folder / "files").exists()


def test_who_must_wait_is_told_so(client, monkeypatch):
    monkeypatch.setattr(Told, "fault", Busy("too many"))
    refused = send(client)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("settle", b"{"),
        ("settle", b'{"who": "", "version": 0, "text": "1"}'),
        ("settle", b'{"who": "a", "version": -1, "text": "1"}'),
        ("settle", b'{"who": "a", "version": 0, "text": "\\u001b[2J"}'),
        ("none", b"[" * 10_000),
    ],
)
def test_a_body_that_does_not_hold_together_is_said(client, fill, path, body):
    fill(1)
    headers = {"content-type": "application/json"}
    done = client.post(f"/v1/fields/1/{path}", content=body, headers=headers)
    assert (done.status_code, bool(done.json()["error"])) == (422, True)


@pytest.mark.parametrize("query", ["count=101", "count=-1", "count=x", "order=id;--", "count=²"])
def test_a_number_or_an_order_that_cannot_be_is_said(client, query):
    assert client.get(f"/v1/queue?{query}").status_code == 422


def test_another_site_changes_nothing(client, fill):
    fill(1)
    client.get("/")  # a browser that was here has the cookie
    said = {"who": "eve", "version": 0, "text": "1"}
    for headers in ({"origin": "http://evil"}, {"sec-fetch-site": "cross-site"}, {}):
        done = client.post("/v1/fields/1/settle", json=said, headers=headers)
        assert done.status_code == 403
    header = client.get("/v1/session").json()["header"]
    for more, status in (({"origin": "null"}, 403), ({"origin": AT}, 200)):
        headers = {"x-inkgrad-desk": header, **more}
        assert client.post("/v1/fields/1/settle", json=said, headers=headers).status_code == status


def test_a_form_without_a_cookie_changes_nothing(client, fill):
    fill(1)
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        headers = {"content-type": kind}
        assert client.post("/v1/undo", content=b"{}", headers=headers).status_code == 403


def test_a_name_that_leads_here_from_elsewhere_is_not_answered(client):
    assert client.get("/", headers={"host": "evil.example:8420"}).status_code == 421


def test_the_cookie_is_seen_by_no_script_and_sent_by_no_other_site(client):
    cookie = client.get("/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_with_a_token_nothing_is_told_without_it(closed, fill):
    fill(1)
    for path in ("/v1/queue", "/v1/fields/1", "/v1/fields/1/line.png", "/v1/results.csv"):
        assert closed.get(path).status_code == 401
        assert closed.get(path, headers={"authorization": "Bearer x"}).status_code == 401
        assert closed.get(path, headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert "set-cookie" not in closed.get("/").headers
    assert closed.get("/health").json() == {"status": "ok"}


def test_the_token_gives_a_cookie_and_another_does_not(closed):
    assert closed.post("/v1/login", json={"token": "another"}).status_code == 401
    assert closed.post("/v1/login", json={"token": TOKEN}).status_code == 200
    assert closed.get("/v1/queue").status_code == 200


def test_the_document_names_what_programs_ask_for(client):
    told = client.get("/v1/openapi.json").json()
    assert {"/v1/read", "/v1/queue", "/v1/fields/{number}/settle"} <= set(told["paths"])
    assert client.get("/ready").json() == {"ready": True}


def test_an_image_is_read_in_another_process_and_a_broken_one_said(ledger):
    image = Image.new("L", (240, 80), 235)
    font = ImageFont.load_default(44)
    ImageDraw.Draw(image).text((30, 12), "20516", fill=40, font=font)
    out, worker = io.BytesIO(), Worker(ledger.folder)
    image.save(out, "PNG")
    try:
        with TestClient(Service(ledger, worker, Guard()).app, base_url=AT) as client:
            (field,) = send(client, out.getvalue()).json()["fields"]
            assert re.fullmatch(r"\d{5}(-\d{4})?", field["read"]["text"])
            assert len(field["read"]["model"]) == 64
            line = client.get(f"/v1/fields/{field['id']}/line.png")
            assert 0 < np.asarray(Image.open(io.BytesIO(line.content))).shape[0] <= 80
            broken = send(client, out.getvalue()[:200], params={"name": "b.png"})
            assert broken.status_code in (201, 422)
            nothing = send(client, b"no image", params={"name": "c.png"})
            assert (nothing.status_code, "c.png" in nothing.json()["error"]) == (422, True)
    finally:
        worker.close()


def test_a_file_that_takes_too_long_ends_its_reader_and_no_more(ledger):
    worker = Worker(ledger.folder, seconds=0.0)
    worker.loading = 0.0
    try:
        with TestClient(Service(ledger, worker, Guard()).app, base_url=AT) as client:
            late = send(client, b"no image")
            assert (late.status_code, "more than 0 seconds" in late.json()["error"]) == (422, True)
            worker.seconds = 180.0
            assert "more than" not in send(client, b"no image").json()["error"]
    finally:
        worker.close()


def test_those_alike_are_asked_for_settled_and_undone_at_once(client, fill):
    fill(3, alternatives=())
    alike = client.get("/v1/fields/2/alike").json()["fields"]
    assert [field["id"] for field in alike] == [2]
    assert client.get("/v1/fields/2/alike?by=day").status_code == 422
    assert client.get("/v1/fields/9/alike").status_code == 404
    said = {"who": "ada", "fields": [[1, 0], [3, 0]], "text": "7"}
    done = client.post("/v1/alike", json=said).json()["fields"]
    assert [(field["id"], field["text"]) for field in done] == [(1, "7"), (3, "7")]
    assert client.post("/v1/alike", json=said).status_code == 409
    assert client.post("/v1/alike", json={**said, "fields": []}).status_code == 422
    client.post("/v1/undo", json={"who": "ada"})
    assert client.get("/v1/queue").json()["waiting"] == 3


def test_a_second_person_is_asked_blind_and_a_third_decides(ledger, fill):
    (field,) = fill(1)
    with TestClient(Service(ledger, Told(), Guard(), double=1.0).app, base_url=AT) as client:
        at = f"/v1/fields/{field.id}/"
        client.post(at + "settle", json={"who": "ada", "version": 0, "text": "44724"})
        assert client.get("/v1/checks?who=ada").json() == {"fields": [], "part": 1.0}
        told = client.get("/v1/checks?who=bob")
        assert "44724" not in told.text
        assert "00000" not in told.text
        said = {"who": "bob", "version": 1, "text": "44124"}
        assert client.post(at + "check", json=said).json() == {"id": field.id}
        assert client.post(at + "check", json=said).status_code == 409
        (waiting,) = client.get("/v1/queue").json()["fields"]
        assert waiting["read"]["why"][0].startswith("two people disagree")
        for who, what, status in (
            ("bob", "settle", 422),
            ("ada", "none", 422),
            ("eve", "settle", 200),
        ):
            told = client.post(at + what, json={"who": who, "version": 2, "text": "44724"})
            assert told.status_code == status
        rates = client.get("/v1/rates").json()
        assert [rate["wrong"] for rate in rates["person"]] == [0, 1, 0]
        for page in ("/checks.html", "/rates.html"):
            assert client.get(page).headers["content-type"].startswith("text/html")
        assert client.get("/index2.html").status_code == 404


def test_a_plan_says_which_bin_a_settled_code_goes_to(ledger):
    plan = Plan({"44": "ohio", "441": "cleveland"})
    with TestClient(Service(ledger, Told(), Guard(), plan=plan).app, base_url=AT) as client:
        ids = [send(client, bytes([k])).json()["fields"][0]["id"] for k in range(4)]
        assert client.get(f"/v1/fields/{ids[0]}").json()["bin"] == ""
        for number, text in zip(ids, ("44101-1234", "44724", "90210"), strict=False):
            said = {"who": "ada", "version": 0, "text": text}
            client.post(f"/v1/fields/{number}/settle", json=said)
        client.post(f"/v1/fields/{ids[3]}/none", json={"who": "ada", "version": 0})
        rows = list(csv.DictReader(io.StringIO(client.get("/v1/results.csv").text)))
        assert [row["bin"] for row in rows] == ["cleveland", "ohio", "manual", "manual"]
