"""What is shown: the sizes of pictures, where they look, where labels stand."""
