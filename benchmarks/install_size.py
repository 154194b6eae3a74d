"""How much an installation of inkgrad takes, package by package, without extras and with all.

    python benchmarks/install_size.py [--extras all ...] [--top 8]

Each is installed into an environment of its own in a temporary folder; packages come from the
index that pip is set up with.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import venv
from importlib import metadata
from pathlib import Path

_PROJECT = Path(__file__).parents[1]
_MB = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--extras", nargs="*", default=["", "all"], help="'' for none")
    parser.add_argument("--top", type=int, default=8, help="so many of the largest packages")
    arguments = parser.parse_args()
    for extra in arguments.extras:
        with tempfile.TemporaryDirectory() as folder:
            sizes = _installed(Path(folder), f"{_PROJECT}[{extra}]" if extra else str(_PROJECT))
        total = sum(sizes.values())
        print(f"inkgrad[{extra}], Python {sys.version.split()[0]}: {total / _MB:.0f} MB in all")
        for name in sorted(sizes, key=lambda each: -sizes[each])[: arguments.top]:
            print(f"  {name:24} {sizes[name] / _MB:6.0f} MB")


def _installed(folder: Path, what: str) -> dict[str, int]:
    """The bytes of each distribution that installing `what` brings, pip itself left out."""
    venv.create(folder, with_pip=True)
    subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", what], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    sizes = {}
    for found in metadata.distributions(path=[str(packages)]):
        if found.metadata["Name"] in ("pip", "setuptools"):
            continue
        paths = (Path(str(found.locate_file(file))) for file in found.files or [])
        sizes[found.metadata["Name"]] = sum(path.stat().st_size for path in paths if path.is_file())
    return sizes


if __name__ == "__main__":
    main()
