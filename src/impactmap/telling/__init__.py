"""What is said of an event and of the whole map: summary, reports, method note, correction note."""
