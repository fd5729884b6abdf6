"""Small programs that the Makefile calls and the tests check."""
