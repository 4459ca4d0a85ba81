"""The forms of tables that leave, and what is cleared to leave in them."""
