"""Many photos from files to files: named, read, edited, written, remembered and reported."""
