"""Pieces of the rendered catalogue sewn onto real garments, for training and for edits."""
