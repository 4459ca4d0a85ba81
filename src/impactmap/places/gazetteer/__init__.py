"""The gazetteer: settlements, regions, the register, and files of the user's own."""
