"""Photo files and their geometry."""
