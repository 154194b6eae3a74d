"""Training runs beside each other, here and in the tools of others."""
