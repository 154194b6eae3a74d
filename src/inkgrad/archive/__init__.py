"""Pages of notes, kept to be searched."""
