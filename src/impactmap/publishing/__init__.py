"""What leaves: the folder with its page, pictures, data files, manifest and the code to embed it."""
