"""A desk in Chromium, by keyboard: from Enter to the next piece, and pieces an hour.

    python benchmarks/desk_typing.py [--count 200] [--keys 5] [--settled 0]

A desk with `--count` doubtful fields is served here, beside so many settled ones. First each is
settled by Enter alone, as fast as the next is there: the time from the key to the next reading and
its picture on the screen is taken in the page. Then as many are typed anew, at `--keys` keys a
second: E, five digits, Enter for each. Prints the machine, medians and the slowest of a hundred.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn
from playwright.sync_api import Page, sync_playwright

from inkgrad.desk import pictures_kept
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.guard import Guard
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.listening import listening
from inkgrad.desk.service import Service
from machine import describe

# When a key is pressed, and when the next name and its decoded picture have been painted.
_WATCH = """
() => {
  window.times = [];
  let pressed = 0, before = "";
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    pressed = performance.now();
    before = document.getElementById("name").textContent;
    const look = () => {
      const picture = document.getElementById("picture");
      const next = document.getElementById("name").textContent !== before && picture.complete;
      if (next) times.push(performance.now() - pressed);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, true);
}
"""


class Ready:
    """A worker that is never asked."""

    ready = True


def fill(ledger: Ledger, count: int, settled: int) -> None:
    """Put fields on a desk, the settled ones first."""
    rng = np.random.default_rng(0)
    for k in range(settled + count):
        done = k < settled
        sha256 = f"{k:064x}"
        read = ReadField(f"{k % 100_000:05}", 0.5, "read" if done else "rejected")
        if not done:
            grey = rng.integers(0, 255, (120, 400)).astype(np.uint8)
            pictures_kept.draw_page(ledger.folder, sha256, 1, grey)
            pictures_kept.draw_part(ledger.folder, sha256, 1, "zip", grey)
        ledger.add(sha256, 1, f"{k}.png", "zip", read)


def typed(page: Page, count: int, pause: float) -> float:
    """Seconds that so many pieces take, each typed with a pause between keys."""
    begun = time.perf_counter()
    for _ in range(count):
        for key in ("e", *"12345", "Enter"):
            due = time.perf_counter() + pause
            page.keyboard.press(key)
            time.sleep(max(0.0, due - time.perf_counter()))
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--keys", type=float, default=5.0, help="a second")
    parser.add_argument("--settled", type=int, default=0, help="fields that are settled already")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    given = parser.parse_args()
    print(describe())
    with (
        tempfile.TemporaryDirectory() as folder,
        Ledger(Path(folder)) as ledger,
        listening("127.0.0.1", 0) as sockets,
    ):
        fill(ledger, 2 * given.count + 20, given.settled)
        worker: Any = Ready()
        app = Service(ledger, worker, Guard()).app
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, args=(sockets,))
        thread.start()
        address = f"http://127.0.0.1:{sockets[0].getsockname()[1]}/"
        with sync_playwright() as playwright:
            arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            browser = playwright.chromium.launch(executable_path=given.chromium, args=arguments)
            page = browser.new_page()
            page.goto(address)
            page.wait_for_function("() => document.getElementById('text').value")
            page.evaluate(_WATCH)
            for k in range(given.count):
                page.keyboard.press("Enter")
                page.wait_for_function(f"() => times.length > {k}")
            times = np.array(page.evaluate("() => times"))
            seconds = typed(page, given.count, 1 / given.keys)
            page.wait_for_function(
                "() => !document.getElementById('waiting').textContent.includes('kept')"
            )
            settled = ledger.asked("SELECT COUNT(*) AS n FROM events WHERE what='settle'")[0]["n"]
            browser.close()
        server.should_exit = True
        thread.join()
    print(
        f"from Enter to the next piece on the screen: median {np.median(times):.0f} ms, "
        f"99th percentile {np.quantile(times, 0.99):.0f} ms, {len(times)} pieces"
    )
    print(
        f"typed at {given.keys:g} keys a second, seven a piece: "
        f"{3600 * given.count / seconds:,.0f} pieces an hour; "
        f"{settled} of {2 * given.count} settled"
    )


if __name__ == "__main__":
    main()
