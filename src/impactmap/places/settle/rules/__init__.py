"""Which place a text means, as named rules in one order over one context of a query."""
