"""Where digits come from, and the one form in which a network sees them."""
