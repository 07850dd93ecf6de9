"""One training run: batches, losses, learners, and what it tells."""
