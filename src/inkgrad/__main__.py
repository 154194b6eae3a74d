"""`python -m inkgrad` is `inkgrad`."""

from inkgrad.cli.app import main

main()
