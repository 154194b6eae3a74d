"""What the tests share. Every random number is seeded, and no test touches the user's cache."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from inkgrad.data.dataset import Dataset, Split


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="a skipped test is a failure (CI)")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    report = yield
    if report.skipped and item.config.getoption("--no-skips"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but must run here: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _real_data(request: pytest.FixtureRequest) -> None:
    """Tests marked real_data("mnist") run where INKGRAD_DATA holds that set, and say so if not."""
    marker = request.node.get_closest_marker("real_data")
    if marker and not (Path(os.environ.get("INKGRAD_DATA", "")) / marker.args[0]).is_dir():
        pytest.skip(f"INKGRAD_DATA holds no {marker.args[0]}")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("INKGRAD_CACHE", str(shared))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture
def bars() -> Dataset:
    """A tiny data set that is easy to learn: where the bright bar stands says the class."""
    rng = np.random.default_rng(3)

    def part(n: int) -> Split:
        labels = np.arange(n) % 4
        images = rng.integers(0, 90, (n, 28, 28), np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[:, 7 * label : 7 * label + 5] += 120
        return Split(images, labels.astype(np.intp))

    return Dataset("bars", ("a", "b", "c", "d"), part(240), part(80))
