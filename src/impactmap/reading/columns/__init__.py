"""What the columns of a sheet are: headers and cells judged together, and what the author says of them."""
