"""Everything compiled: loops over single values, each with the figure that keeps it here."""
