"""From columns of class probabilities to strings: what is possible, and how likely each is."""
