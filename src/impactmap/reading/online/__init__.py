"""Tables on the web: who asks for them, and interfaces that give them page by page."""
