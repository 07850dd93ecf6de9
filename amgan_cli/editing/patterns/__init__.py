"""A garment with another pattern, or none."""
