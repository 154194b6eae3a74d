"""The network, from scratch: NumPy, and compiled loops where NumPy would take many passes."""
