"""Takes docs/images/lab-*.png: views of the lab as a browser shows them.

python docs/draw_lab.py    (needs Chromium, and playwright from the group `dev`)
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from inkgrad.lab.page import SHIPPED, digits, read_models, render

IMAGES = Path(__file__).parent / "images"
SIZE = {"width": 1180, "height": 900}


def main() -> None:
    path = Path(tempfile.mkdtemp()) / "lab.html"
    path.write_text(render(read_models(SHIPPED), digits()), encoding="utf-8")
    chromium = os.environ.get("INKGRAD_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, link in (("draw", "draw?digit=310"), ("step", "step?stage=12")):
            page = browser.new_page(viewport=SIZE, color_scheme="light")
            page.goto(f"{path.as_uri()}#{link}")
            page.locator("main canvas").first.wait_for()
            page.wait_for_timeout(1500)
            page.screenshot(path=IMAGES / f"lab-{name}.png")
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(f"{path.as_uri()}#test?model=digits&layer=20&digit=550")
        page.locator(".space p", has_text="1,000 digits").wait_for(timeout=120_000)
        page.locator(".space").screenshot(path=IMAGES / "lab-space.png")
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(f"{path.as_uri()}#train")
        page.get_by_role("button", name="Start").click()
        page.locator(".facts div", has_text="Epoch").locator("dd", has_text="4").wait_for(
            timeout=120_000
        )
        page.screenshot(path=IMAGES / "lab-train.png")
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(f"{path.as_uri()}#train?beside=network%3Ddeck%26rate%3D0.0001")
        page.get_by_role("button", name="Start").click()
        epoch = page.locator(".lane").nth(1).locator(".facts div", has_text="Epoch")
        epoch.locator("dd", has_text="4").wait_for(timeout=120_000)
        page.screenshot(path=IMAGES / "lab-two-runs.png")
        browser.close()


if __name__ == "__main__":
    main()
