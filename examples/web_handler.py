"""Behind a web framework: bytes in, JSON out, with what Python brings alone.

`python web_handler.py --serve` answers `curl --data-binary @FIELD.png localhost:8000/zip`.
"""

import io
import json
import sys
from collections.abc import Iterable
from typing import Any
from wsgiref.simple_server import make_server

from inkgrad import InkgradError, Reader, open_reader

MOST = 20 << 20  # bytes of a body
READERS: dict[str, Reader] = {kind: open_reader(kind) for kind in ("zip", "number")}


def answer(environ: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    reader = READERS.get(environ.get("PATH_INFO", "").strip("/"))
    if reader is None or environ.get("REQUEST_METHOD") != "POST":
        return "404 Not Found", {"error": f"POST an image to one of {', '.join(READERS)}"}
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MOST:
        return "413 Content Too Large", {"error": f"expected at most {MOST >> 20} MB"}
    try:
        found = reader.read(environ["wsgi.input"].read(int(length)), name="the body")
    except InkgradError as error:
        return "400 Bad Request", {"error": str(error)}
    facts = {"text": found.text, "confidence": round(found.confidence, 4), "status": found.status}
    return "200 OK", {**facts, "reason": found.reason, "boxes": found.boxes}


def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    status, facts = answer(environ)
    start(status, [("Content-Type", "application/json")])
    return [json.dumps(facts).encode()]


def ask(body: bytes, length: int | None = None) -> None:
    """The handler asked without a server."""
    facts = {"PATH_INFO": "/zip", "REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(body)}
    facts["CONTENT_LENGTH"] = str(len(body) if length is None else length)
    said: list[str] = []
    (content,) = app(facts, lambda status, headers: said.append(status))
    print(said[0][:3], content.decode())


if "--serve" in sys.argv:
    make_server("127.0.0.1", 8000, app).serve_forever()  # this machine alone
else:
    ask(b"no image")
    ask(b"", MOST + 1)
