"""Pictures a second of the catalogue's renderer on one core.

python benchmarks/render_speed.py [PICTURES] [SIZE]
"""

from __future__ import annotations

import sys
import time

import cv2

from amgan_cli.catalogue import render, sample_garment


def main(pictures: int = 200, size: int = 256) -> None:
    cv2.setNumThreads(1)
    render(sample_garment(0), size)
    wall, processor = time.perf_counter(), time.process_time()
    for seed in range(pictures):
        render(sample_garment(seed), size)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(
        f"{pictures} pictures of {size} px: {pictures / processor:.1f} a second of processor time,"
        f" {pictures / wall:.1f} a second by the clock"
    )


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3]))
