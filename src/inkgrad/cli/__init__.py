"""The command line: each command reads, calls one library function, and shows."""

from inkgrad.cli.app import main

__all__ = ["main"]
