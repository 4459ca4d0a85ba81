"""What a published dataset holds: its folder, its page, its overview."""
