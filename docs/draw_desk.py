"""Takes docs/images/desk-page.png: a composed page of notes on the desk, as a browser shows it.

INKGRAD_DATA=... python docs/draw_desk.py    (needs Chromium, and playwright from the group `dev`)
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import tempfile
import threading
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import sync_playwright

from inkgrad.desk import pictures_kept
from inkgrad.desk.desk_pieces import put
from inkgrad.desk.guard import Guard
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.readers_at_once import ReadersAtOnce
from inkgrad.desk.service import Service
from inkgrad.desk.worker import Worker
from inkgrad.randomness import generator
from inkgrad.recipes.hands import pages

TARGET = Path(__file__).parent / "images" / "desk-page.png"
SEED = 5  # of the page


def main() -> None:
    image, content = pages(0).compose(generator(SEED, "sample")).grey, io.BytesIO()
    Image.fromarray(image).save(content, "PNG")
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder)) as ledger:
        worker = Worker(Path(folder))
        sha256 = pictures_kept.keep(Path(folder), content.getvalue())
        parts = worker.read(sha256, "note.png", "text")
        first, *_ = put(ledger, (sha256, "note.png", "text"), parts)
        worker.close()
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        app = Service(ledger, ReadersAtOnce([]), Guard(), "text").app
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        chromium = os.environ.get("INKGRAD_CHROMIUM") or shutil.which("chromium")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme="light")
            port = listening.getsockname()[1]
            page.goto(f"http://127.0.0.1:{port}/piece.html?field={first.id}")
            page.locator("#fields input").first.wait_for()
            page.wait_for_timeout(800)
            page.screenshot(path=TARGET)
            browser.close()
        server.should_exit = True
        thread.join()
        listening.close()
    print(TARGET)


if __name__ == "__main__":
    main()
