"""Where it was: place names read, found in the gazetteer, and made coarse before they leave."""
