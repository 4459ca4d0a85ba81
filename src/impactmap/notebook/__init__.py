"""Analysts at home: maps in the cells of a notebook, to choose from and to read back."""
