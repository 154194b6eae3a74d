"""Everything compiled: loops over single values, each with the figure that keeps it here.

`nn` says what is computed and calls these by name; `nn.plain` says it again in NumPy, as a book
prints it, and is what they are tested against. docs/decisions/0012 has the figures.
"""
