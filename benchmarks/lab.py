"""The lab in a real browser: a stroke, an epoch, the first answer, the size of the file.

    python benchmarks/lab.py [--json]

Needs Chromium (INKGRAD_CHROMIUM, or the system's) and playwright. Strokes are of a three that is
drawn with `digits`; an epoch is of deck on the 4,000 embedded digits, batches of 32 with Adam, in
the page's own engine and without its looking; the first answer is from the opening of the file of
all shipped networks to an answer to a digit in its address. Medians.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

import machine
from inkgrad.lab.page import SHIPPED, digits, read_models, render
from inkgrad.nn.architectures import build
from inkgrad.nn.files import save

STROKE = [(0.3, 0.22), (0.5, 0.12), (0.68, 0.25), (0.62, 0.42), (0.45, 0.48), (0.66, 0.55),
          (0.72, 0.72), (0.55, 0.88), (0.3, 0.8)]  # fmt: skip
TOLD = "() => document.querySelector('.seen small').dataset.milliseconds"
EPOCH = """
async () => {
  const run = new inkgrad.Run(await inkgrad.openDigits(), { network: "deck" });
  const took = [];
  for (let epoch = 0; epoch < 6; epoch++) {
    const begun = performance.now();
    do run.step(); while (run.order.length);
    took.push(performance.now() - begun);
  }
  return took.slice(1);
}
"""


def page_of(browser: Browser, path: Path, place: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{path.as_uri()}{place}")
    page.wait_for_function("() => globalThis.inkgrad !== undefined")
    return page


def stroke(page: Page) -> float:
    """Milliseconds from the drawing's new state to all that is shown of it, of each movement."""
    box = page.locator(".board").bounding_box()
    assert box
    took = []
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in STROKE]
    for turn in range(3):
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            for part in range(4):
                page.mouse.move(place[0] + part, place[1] + part)
                page.evaluate("() => new Promise(requestAnimationFrame)")
                if turn:  # the first warms the engine up
                    took.append(float(page.evaluate(TOLD)))
        page.mouse.up()
        page.get_by_role("button", name="Clear").click()
    return statistics.median(took)


def first_answer(browser: Browser, path: Path) -> float:
    """Milliseconds from opening the file to an answer."""
    took = []
    for _ in range(5):
        page = browser.new_page()
        begun = time.perf_counter()
        page.goto(f"{path.as_uri()}#draw?model=digits&digit=700")
        page.wait_for_function("() => document.querySelector('.bars .best')")
        took.append(1000 * (time.perf_counter() - begun))
        page.close()
    return statistics.median(took)


def measured() -> dict[str, Any]:
    """All figures; sizes in bytes, times in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        whole, small = Path(folder) / "lab.html", Path(folder) / "small.html"
        names = [Path(folder) / f"{name}.safetensors" for name in ("deck", "cnn")]
        for name in names:
            save(build(name.stem), name)
        whole.write_text(render(read_models(SHIPPED), digits()), encoding="utf-8")
        small.write_text(render(read_models([*map(str, names)]), digits(1000)), encoding="utf-8")
        found: dict[str, Any] = {
            "bytes_of_all": whole.stat().st_size,
            "bytes_of_deck_cnn_and_1000_digits": small.stat().st_size,
        }
        chromium = os.environ.get("INKGRAD_CHROMIUM") or shutil.which("chromium")
        with sync_playwright() as playwright:
            arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
            page = page_of(browser, whole, "#draw?model=digits")
            found["stroke_ms"] = stroke(page)
            found["epoch_ms"] = statistics.median(page.evaluate(EPOCH))
            found["first_answer_ms"] = first_answer(browser, whole)
            found["browser"] = browser.version
            browser.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    found = measured()
    if parser.parse_args().json:
        print(json.dumps(found))
        return
    print(machine.describe())
    print(f"Chromium {found['browser']}")
    print(f"a stroke with digits, until all layers are painted   {found['stroke_ms']:.1f} ms")
    print(f"an epoch of deck on 4,000 digits                     {found['epoch_ms'] / 1000:.2f} s")
    print(f"first answer after opening the file with everything  {found['first_answer_ms']:.0f} ms")
    small, whole = found["bytes_of_deck_cnn_and_1000_digits"], found["bytes_of_all"]
    print(f"the file with deck, cnn and 1,000 digits             {small / 1e6:.2f} MB")
    print(f"the file with everything                             {whole / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
