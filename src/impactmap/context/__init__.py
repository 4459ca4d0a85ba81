"""What surrounds a place: its country and region, its distance to a border, its population, the ground to draw."""
