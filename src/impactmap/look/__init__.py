"""The theme that page and pictures share: colours, type, and the shape of every side."""
