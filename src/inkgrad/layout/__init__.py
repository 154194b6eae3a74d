"""The ink of a page -> its lines, words apart, whichever side is up."""
