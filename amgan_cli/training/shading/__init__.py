"""What teaches the shading network, which no run of `train` does: benchmarks/shading_network.py."""
