"""The desk: what was read in doubt, settled by a person; by a browser and by HTTP."""
