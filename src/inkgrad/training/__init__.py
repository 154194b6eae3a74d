"""Making a network better, step by step: facts come out, nothing is printed."""
