"""Open questions of a project, and the text files in which their answers are kept."""
