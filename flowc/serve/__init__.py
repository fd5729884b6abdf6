"""`flowc serve`: one process that runs flows when they are due, and can be asked over HTTP and on a web page."""
