"""A hand of one's own: a sheet to write into, the data on it, a network that knows it."""
