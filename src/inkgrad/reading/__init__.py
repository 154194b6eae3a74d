"""From an image of handwriting to what it says."""
