"""Who says what: versions and updates of a table, several tables together, possible duplicates."""
