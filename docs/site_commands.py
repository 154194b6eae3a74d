"""The page of all commands, asked of the program itself: nothing on it is written by hand."""

from __future__ import annotations

import enum
import html
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from inkgrad.cli.app import app

NAMES = {str: "TEXT", int: "N", float: "X", Path: "PATH"}


def commands_page() -> str:
    """The page as Markdown: each command with what it does, takes and offers."""
    top = typer.main.get_command(app)
    parts = ["# Commands", "What `inkgrad COMMAND --help` says, of every command."]
    parts += [_section(path, command) for path, command in walk(top, "inkgrad")]
    return "\n\n".join(parts) + "\n"


def walk(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its whole name."""
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, inner in command.commands.items():
        if not inner.hidden:
            yield from walk(inner, f"{path} {name}")


def _section(path: str, command: Any) -> str:
    parameters = [p for p in command.params if not getattr(p, "hidden", False)]
    arguments = [p for p in parameters if p.param_type_name == "argument"]
    options = [p for p in parameters if p.param_type_name == "option" and p.name != "help"]
    usage = [path, *(_placeholder(p) for p in arguments), *(["[OPTIONS]"] if options else [])]
    parts = [f"## {path}", f"```\n{' '.join(usage)}\n```", _said(command.help or "")]
    rows = [(_placeholder(p), p) for p in arguments] + [(_switches(p), p) for p in options]
    if rows:
        lines = ["| name | what it is |", "| --- | --- |"]
        lines += [f"| {_code(name)} | {_cell(p)} |" for name, p in rows]
        parts.append("\n".join(lines))
    return "\n\n".join(part for part in parts if part)


def _placeholder(parameter: Any) -> str:
    name = (parameter.metavar or parameter.name or "").strip("[]").removesuffix("...").upper()
    name += "..." if parameter.nargs == -1 else ""
    return name if parameter.required else f"[{name}]"


def _switches(option: Any) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    return (
        names if option.is_flag or option.count else f"{names} {option.metavar or _value(option)}"
    )


def _value(option: Any) -> str:
    """What an option takes: one of its choices, or a value of its type."""
    wanted = option.type_descriptor.annotation
    choices = [item.value for item in wanted] if _is_enum(wanted) else typing.get_args(wanted)
    return "|".join(map(str, choices)) or NAMES.get(wanted, "VALUE")


def _is_enum(wanted: Any) -> bool:
    return isinstance(wanted, type) and issubclass(wanted, enum.Enum)


def _cell(parameter: Any) -> str:
    default = parameter.default
    told = getattr(parameter, "show_default", False) and isinstance(default, int | float | str)
    shown = told and not isinstance(default, bool) and default != ""
    said = _said(getattr(parameter, "help", None) or "").replace("\n", " ")
    return f"{said} ({default})" if shown and parameter.param_type_name == "option" else said


def _said(text: str) -> str:
    """A help text as Markdown takes it: line by line, none of its signs read as marks."""
    plain = re.sub(r"\s*\n\s*", "\n", text.replace("\b", "").replace("\f", "")).strip()
    escaped = html.escape(plain, quote=False)
    return re.sub(r"([\\`*_\[\]{}|#~$])", r"\\\1", escaped)


def _code(text: str) -> str:
    return f"<code>{html.escape(text).replace('|', '&#124;')}</code>"
