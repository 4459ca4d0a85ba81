"""Maps that stay up to date: tables at addresses, looked at again and again."""
