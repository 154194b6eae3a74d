"""What a page was read as, and the files that it is written to."""
