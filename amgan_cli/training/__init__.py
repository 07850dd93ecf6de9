"""What networks learn from, and how: in one run of `train`, and by benchmarks/ those beside it."""
