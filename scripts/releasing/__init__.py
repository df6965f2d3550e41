"""Makes of a program, and of the libraries that it needs, something that runs where neither was built."""
