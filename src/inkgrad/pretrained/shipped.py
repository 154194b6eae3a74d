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


def is_shipped(path: Path) -> bool:
    """Whether a file lies, or would lie, among the models that come with inkgrad."""
    return path.resolve().parent == _FOLDER.resolve()


def find(model: str | Path) -> Path:
    """The file of a model: one that comes with inkgrad, by name, or a file or run of your own.

    A file or folder that has such a name goes before it only if it holds a model: "./digits" is a
    path in any case. Raises ModelError where there is neither.
    """
    path, name = Path(model), str(model)
    if name in names() and not _holds_model(path):
        return _FOLDER / f"{name}.safetensors"
    if path.is_dir():
        return path / "model.safetensors"
    if path.exists():
        return path
    known = f"one of {', '.join(names())}, " if names() else ""
    raise ModelError(f"{model}: no such file, expected {known}a model file or a run's folder")


def _holds_model(path: Path) -> bool:
    """Whether that is a run's folder, or begins as safetensors do: a length, then JSON."""
    if path.is_dir():
        return (path / "model.safetensors").is_file()
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(9)[8:] == b"{"
