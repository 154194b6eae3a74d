"""Paper -> ink: the one form that a network sees, of a character, a line, a field, a page."""
