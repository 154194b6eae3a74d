"""The direction of imports: a module may import only from modules above it in this listing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import inkgrad

ROOT = Path(inkgrad.__file__).parent
ORDER = [
    module
    for line in (
        "errors atomic randomness process compiled imaging.filters imaging.masks imaging.regions",
        "data.idx data.images data.glyph data.strokes data.sources data.download data.dataset",
        "data.clutter data.coarse data.augment data.unipen data.lines data.ink data.fonts",
        "data.fields data.synthetic data.forms data.vocabulary data.wording data.signs data.texts",
        "data.envelopes data.named data.formats data.datasets",
        "nn.vectors nn.parallel nn.layers nn.activations nn.tiles nn.frames nn.windows nn.winograd",
        "nn.convolution",
        "nn.pooling nn.normalization nn.losses nn.ctc nn.network",
        "nn.prediction nn.architectures nn.gradient_check nn.files",
        "training.optimizers training.schedules training.checkpoints training.step",
        "training.train",
        "evaluation.metrics evaluation.evaluate evaluation.plots evaluation.page evaluation.report",
        "evaluation.search_plots",
        "reading.page reading.character reading.decoding reading.zipcodes",
        "reading.printed reading.image reading.calibration",
        "reading.number",
        "reading.paper reading.pieces reading.ridges reading.layout reading.spacing",
        "reading.language reading.legibility reading.text reading.turning reading.notes",
        "reading.envelope reading.batch reading.cluster reading.sorting",
        "reading.formats reading.markup reading.hocr reading.alto",
        "reading.textlayer reading.embedding reading.pdf reading.marks",
        "pretrained.shipped pretrained.recipes pretrained.making pretrained.readers",
        "pretrained.build pretrained.calibrating",
        "pretrained.pages finding store index archive exporting",
        "arguments runs",
        "tuning.space tuning.parameters tuning.spaces tuning.storage tuning.strategies",
        "tuning.record",
        "tuning.study tuning.workers tuning.cluster tuning.search tuning.trials tuning.finals",
        "tuning.tune tuning.report",
        "ocrmypdf",
        "cli.show cli.models cli.data cli.evaluate cli.predict cli.pages cli.read cli.sort",
        "cli.train cli.tune cli.notes cli.demo cli.app cli.entry",
        "__main__",
    )
    for module in line.split()
]


def modules() -> dict[str, Path]:
    found = {}
    for path in ROOT.rglob("*.py"):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if path.name != "__init__.py":
            found[name] = path
    return found


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("inkgrad"):
            module = node.module.removeprefix("inkgrad").lstrip(".")
            for alias in node.names:
                inner = f"{module}.{alias.name}".lstrip(".")
                found.add(inner if inner in ORDER else module)
        elif isinstance(node, ast.Import):
            found |= {a.name.removeprefix("inkgrad.") for a in node.names if "inkgrad." in a.name}
    return found - {""}


def test_every_module_has_its_place_in_the_order():
    assert sorted(modules()) == sorted(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_a_module_imports_only_from_above(name):
    above = set(ORDER[: ORDER.index(name)])
    assert imports(modules()[name]) <= above


def test_the_package_imports_nothing_heavy():
    code = "import sys, inkgrad; print('numpy' in sys.modules or 'numba' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"


def test_help_imports_nothing_heavy():
    code = (
        "import sys; sys.argv = ['inkgrad', '--help']\n"
        "from inkgrad.cli.entry import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([m for m in ('numpy', 'numba', 'PIL', 'matplotlib') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.rstrip().endswith("[]")


def test_every_public_name_can_be_had():
    for name in inkgrad.__all__:
        assert getattr(inkgrad, name) is not None


def test_no_module_runs_what_a_file_says():
    for path in modules().values():
        tree = ast.parse(path.read_text())
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not names & {"eval", "exec", "pickle", "__import__"}, path
