"""Hyperparameter search: what to try, in which order, on how many processes and machines."""
