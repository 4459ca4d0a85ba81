"""Names as people write them: words around them, spellings, scripts, countries."""
