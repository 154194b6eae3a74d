"""Where `inkgrad` begins: Ctrl-C is one line, also while modules are still being loaded."""

import gc
import sys

_COLLECTED_EVERY = 50_000  # new objects: with Python's own 700, a start is a twentieth longer


def main() -> None:
    """Run the command line; stopped with Ctrl-C, say so and leave with status 130."""
    gc.set_threshold(_COLLECTED_EVERY, 10, 10)
    try:
        from inkgrad.cli.app import main as run

        run()
    except KeyboardInterrupt:
        print("inkgrad: stopped", file=sys.stderr)
        sys.exit(130)
