"""Which place a text means, or that it cannot be decided."""
