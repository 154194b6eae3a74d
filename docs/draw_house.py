"""Draws docs/images/house.svg: the packages, each with what it imports from.

python docs/draw_house.py
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

HERE = Path(__file__).parent
WIDE, HIGH, APART, ROW, MARGIN = 112, 34, 22, 78, 24


def edges() -> dict[str, set[str]]:
    """The table of the layout test."""
    path = HERE.parent / "tests" / "test_layout.py"
    spec = importlib.util.spec_from_file_location("layout", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    table = {name: set(allowed.split()) for name, allowed in module.EDGES.items()}
    return {name: allowed for name, allowed in table.items() if name != "__main__"}


def without_shortcuts(table: dict[str, set[str]]) -> dict[str, set[str]]:
    """Only edges that no longer way stands for: a picture of all of them cannot be read."""

    def reached(name: str) -> set[str]:
        return table[name] | {far for near in table[name] for far in reached(near)}

    return {
        name: {near for near in allowed if not any(near in reached(o) for o in allowed - {near})}
        for name, allowed in table.items()
    }


def levels(table: dict[str, set[str]]) -> dict[str, int]:
    """How far down each package stands: under everything that it imports from."""
    found: dict[str, int] = {}
    for name, allowed in table.items():  # those above come first in the table
        found[name] = 1 + max((found[other] for other in allowed), default=-1)
    return found


def main() -> None:
    table = edges()
    rows: dict[int, list[str]] = {}
    for name, level in levels(table).items():
        rows.setdefault(level, []).append(name)
    width = max(len(names) for names in rows.values()) * (WIDE + APART) + 2 * MARGIN
    height = len(rows) * ROW + 2 * MARGIN
    places = {}
    for level, names in rows.items():
        left = (width - len(names) * (WIDE + APART) + APART) / 2
        for i, name in enumerate(names):
            places[name] = (left + i * (WIDE + APART), MARGIN + level * ROW)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'aria-label="Packages of inkgrad and their imports" font-family="sans-serif">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for name, allowed in without_shortcuts(table).items():
        for other in sorted(allowed):
            (x, y), (u, v) = places[name], places[other]
            a, b = x + WIDE / 2, u + WIDE / 2
            bend = (y - v - HIGH) / 2
            parts.append(
                f'<path d="M{a:.0f} {y:.0f}C{a:.0f} {y - bend:.0f} {b:.0f} {v + HIGH + bend:.0f} '
                f'{b:.0f} {v + HIGH:.0f}" fill="none" stroke="#8a97a8" stroke-width="1.3"/>'
            )
    for name, (x, y) in places.items():
        parts.append(
            f'<rect x="{x:.0f}" y="{y:.0f}" width="{WIDE}" height="{HIGH}" rx="6" fill="#eef2f7" '
            'stroke="#34495e"/>'
            f'<text x="{x + WIDE / 2:.0f}" y="{y + 22:.0f}" text-anchor="middle" font-size="14" '
            f'fill="#1b2733">{name}</text>'
        )
    (HERE / "images" / "house.svg").write_text("\n".join([*parts, "</svg>", ""]))


if __name__ == "__main__":
    main()
