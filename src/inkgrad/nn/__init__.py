"""The network, from scratch: NumPy only."""
