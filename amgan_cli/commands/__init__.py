"""One module a command; each imports the heavy libraries only when it runs."""
