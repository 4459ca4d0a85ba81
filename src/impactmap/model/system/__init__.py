"""What differs from one computer to the next: what is installed, what may be locked, what a file may be called."""
