"""Where `inkgrad` begins: Ctrl-C is one line, also while modules are still being loaded."""

import sys


def main() -> None:
    """Run the command line; stopped with Ctrl-C, say so and leave with status 130."""
    try:
        from inkgrad.cli.app import main as run

        run()
    except KeyboardInterrupt:
        print("inkgrad: stopped", file=sys.stderr)
        sys.exit(130)
