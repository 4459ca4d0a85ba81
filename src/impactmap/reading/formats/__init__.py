"""The formats of files, each read as a table of texts."""
