"""Online geocoders, asked politely about what the gazetteer does not settle."""
