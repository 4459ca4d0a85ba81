"""One map with its reports: ground, areas, marks and labels in an Axes."""
