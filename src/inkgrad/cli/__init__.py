"""The command line: each command reads, calls one library function, and shows."""
