"""Reports and tables into files, one module a format."""
