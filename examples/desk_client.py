"""A client of a desk: images in, what was read out; with `--wait`, what a person settled.

`inkgrad serve DESK`, then `python desk_client.py FIELD.png ...`; INKGRAD_TOKEN is its token.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

DESK = os.environ.get("INKGRAD_DESK", "http://localhost:8420")


def ask(path: str, content: bytes | None = None, **headers: str) -> Any:
    """What the desk answers: to GET, or to POST where there is content."""
    if token := os.environ.get("INKGRAD_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    with urlopen(Request(DESK + path, content, headers), timeout=300) as answer:
        return json.load(answer)


def send(path: Path, kind: str = "zip") -> int:
    """Give the desk an image; the number of the job that reads it."""
    headers = {"Content-Type": "application/octet-stream", "Prefer": "respond-async"}
    job = ask(f"/v1/read?kind={kind}&name={quote(path.name)}", path.read_bytes(), **headers)
    return int(job["id"])


def fields_of(job: int) -> Iterator[dict[str, Any]]:
    """The fields that a job read, as soon as it has."""
    while (found := ask(f"/v1/jobs/{job}"))["state"] in ("waiting", "reading"):
        time.sleep(0.2)
    if found["error"]:
        print(f"failed  {found['error']}")
    for number in found["fields"]:
        yield ask(f"/v1/fields/{number}")


for job in [send(Path(each)) for each in sys.argv[1:] if each != "--wait"]:
    for field in fields_of(job):
        while field["state"] == "open" and "--wait" in sys.argv:
            time.sleep(1)
            field = ask(f"/v1/fields/{field['id']}")
        said = field["text"] or f"{field['read']['text']}? {'; '.join(field['read']['why'])}"
        print(f"{field['state']}  {field['name']}  {said}")
