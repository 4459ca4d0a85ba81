"""One map in several languages: the author's words in each, and what lacks a translation."""
