"""Seconds for the Top-100 of the paper's largest evaluation: python benchmarks/retrieval_speed.py

2,000 test photos in 70 values each against a gallery of 100,000; `--queries` takes fewer. The
features are random: the search takes as long for any.
"""

import argparse
import resource
import time

import torch

from amgan_cli.evaluation.measure import CURVE
from amgan_cli.evaluation.retrieval import COMPONENTS, nearest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=2_000 * 70)
    parser.add_argument("--gallery", type=int, default=100_000)
    options = parser.parse_args()
    random = torch.Generator().manual_seed(0)
    gallery = torch.randn(options.gallery, COMPONENTS, generator=random)
    queries = torch.randn(options.queries, COMPONENTS, generator=random)
    start, used = time.perf_counter(), time.process_time()
    nearest(queries, gallery, CURVE)
    seconds, used = time.perf_counter() - start, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{options.queries} queries: {seconds:.1f} s, {used:.1f} s of processor time on all cores"
    )
    print(f"{torch.get_num_threads()} threads, most memory {memory:.2f} GiB")


if __name__ == "__main__":
    main()
