"""The demonstration: an invented office with its schools, started by one command."""
