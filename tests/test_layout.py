"""The direction of imports: which packages a package may import from, and no circles anywhere."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import inkgrad

ROOT = Path(inkgrad.__file__).parent
FOUNDATIONS = {
    *("errors", "escapes", "process", "randomness", "atomic"),
    *("preconditions", "schema", "suffixes", "tables", "html_page", "notebook", "progress"),
}
"""Small modules that any package may import from; each imports only those named before it here."""

EDGES: dict[str, str] = {
    "kernels": "",
    "imaging": "kernels",
    "images": "imaging",
    "ink": "imaging kernels",
    "nn": "kernels",
    "data": "images imaging ink kernels",
    "synthetic": "data imaging ink kernels",
    "training": "data nn",
    "evaluation": "data nn",
    "fitting": "data evaluation nn training",
    "arguments": "data training",
    "runs": "arguments data evaluation fitting nn training",
    "documents": "images imaging",
    "layout": "documents imaging ink",
    "recognition": "data documents kernels nn synthetic",
    "reading": "documents evaluation images imaging ink kernels layout nn recognition",
    "batch": "documents evaluation images nn reading recognition",
    "pretrained": "documents reading",
    "archive": "documents images",
    "opening": "batch images nn pretrained reading",
    "forms": "batch images imaging ink kernels layout nn pretrained reading recognition",
    "personal": (
        "data evaluation forms images imaging ink kernels nn pretrained reading synthetic training"
    ),
    "desk": "batch data documents forms images ink nn opening personal reading recognition",
    "bulk": "batch desk documents forms opening pretrained reading",
    "watching": "batch bulk documents opening reading",
    "comparing": "evaluation runs",
    "measuring": "data evaluation nn pretrained runs",
    "lab": "data nn pretrained",
    "interchange": "nn pretrained",
    "estimator": "arguments data interchange nn runs training",
    "exercises": "evaluation images nn pretrained reading",
    "recipes": (
        "batch data desk evaluation images imaging ink nn pretrained reading recognition "
        "synthetic training"
    ),
    "samples": "data evaluation recipes synthetic",
    "tuning": "arguments data evaluation nn runs training",
    "ocrmypdf": "documents images pretrained",
    "paperless": "bulk documents images",
    "cli": (
        "archive arguments batch bulk comparing data desk documents evaluation exercises forms "
        "images interchange lab measuring nn opening personal pretrained reading recipes "
        "recognition runs samples training tuning watching"
    ),
    "__main__": "cli",
}
"""What each package imports from, beside the foundations. It reads from the top down."""


def modules() -> dict[str, Path]:
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for path in ROOT.rglob("*.py")
        if path.name != "__init__.py"
    }


def package(module: str) -> str:
    return module.split(".")[0]


@cache
def imports(module: str) -> frozenset[str]:
    """The modules of inkgrad that a module imports, wherever in it that is."""
    known, found = modules(), set()
    for node in ast.walk(ast.parse(known[module].read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "inkgrad":
            base = str(node.module).removeprefix("inkgrad").lstrip(".")
            for alias in node.names:
                inner = f"{base}.{alias.name}".lstrip(".")
                found.add(inner if inner in known else base)
        elif isinstance(node, ast.Import):
            found |= {a.name.removeprefix("inkgrad.") for a in node.names if "inkgrad." in a.name}
    return frozenset(found - {""})


def test_every_package_has_its_line_in_the_table():
    assert {package(module) for module in modules()} == FOUNDATIONS | set(EDGES)


@pytest.mark.parametrize("name", EDGES)
def test_a_package_imports_only_along_its_edges(name):
    allowed = {name} | FOUNDATIONS | set(EDGES[name].split())
    for module in modules():
        if package(module) == name:
            beyond = {other for other in imports(module) if package(other) not in allowed}
            assert not beyond, f"{module} imports {', '.join(sorted(beyond))}"


@pytest.mark.parametrize("name", EDGES)
def test_every_edge_is_used(name):
    used = {
        package(other)
        for module in modules()
        if package(module) == name
        for other in imports(module)
    }
    assert set(EDGES[name].split()) <= used


def test_packages_import_only_from_those_above_them():
    order = list(EDGES)
    for name, edges in EDGES.items():
        assert all(order.index(edge) < order.index(name) for edge in edges.split()), name


def test_modules_form_no_circle():
    done: set[str] = set()

    def visit(module: str, on_the_way: tuple[str, ...]) -> None:
        assert module not in on_the_way, " -> ".join((*on_the_way, module))
        if module in done or module not in modules():
            return
        for other in imports(module):
            visit(other, (*on_the_way, module))
        done.add(module)

    for module in modules():
        visit(module, ())


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


def test_compiled_code_is_in_kernels():
    """But for decoding, where the search itself is the loop."""
    found = {name for name, path in modules().items() if "@compiled" in path.read_text()}
    assert "kernels.winograd" in found
    assert {package(name) for name in found} <= {"kernels", "recognition"}


@pytest.mark.parametrize("name", sorted(n for n in modules() if n.startswith("kernels.")))
def test_a_kernel_says_what_it_is_worth(name):
    text = modules()[name].read_text()
    if name != "kernels.compiled" and ("@compiled\n" in text or "@intrinsic" in text):
        said = ast.get_docstring(ast.parse(text)) or ""
        assert any(unit in said for unit in (" us", " ms", " times")), "no figure in the docstring"


def test_no_module_runs_what_a_file_says():
    for path in modules().values():
        tree = ast.parse(path.read_text())
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not names & {"eval", "exec", "pickle", "__import__"}, path
