"""What a person does: open, check, build, convert."""
