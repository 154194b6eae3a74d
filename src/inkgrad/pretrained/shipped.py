"""Which weights there are, and where."""

from __future__ import annotations

from pathlib import Path

from inkgrad.errors import ModelError

_FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The names of the models that come with inkgrad."""
    return sorted(path.stem for path in _FOLDER.glob("*.safetensors"))


def card(name: str) -> str:
    """The card of a model: data, command, seed, scores and limits, as Markdown."""
    return (_FOLDER / f"{name}.md").read_text()


def find(model: str | Path) -> Path:
    """The file of a model: one that comes with inkgrad, by name, or a file or run of your own.

    A path that exists goes before a name. Raises ModelError where there is neither.
    """
    path = Path(model)
    if path.is_dir():
        return path / "model.safetensors"
    if path.exists():
        return path
    if str(model) in names():
        return _FOLDER / f"{model}.safetensors"
    known = f"one of {', '.join(names())}, " if names() else ""
    raise ModelError(f"{model}: no such file, expected {known}a model file or a run's folder")
