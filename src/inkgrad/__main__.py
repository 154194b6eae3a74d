"""`python -m inkgrad` is `inkgrad`."""

from inkgrad.cli.entry import main

main()
