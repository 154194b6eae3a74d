"""Many files: rows of a table, one after the other or on a cluster, none lost, none twice."""
