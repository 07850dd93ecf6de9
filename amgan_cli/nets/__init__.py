"""The networks: what they are made of, in PyTorch; no training, no files but their own."""
