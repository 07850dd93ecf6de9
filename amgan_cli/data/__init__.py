"""Labelled photos: label files in, tensors and references out."""
