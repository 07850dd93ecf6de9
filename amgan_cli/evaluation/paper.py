"""The paper's own figures (Tables 1 to 3), for printing beside ours on the same data set. Light."""

from collections.abc import Mapping
from dataclasses import dataclass

AVERAGE = "Avg."
_COLUMNS = {
    "deepfashion": ("color", "sleeve", AVERAGE),
    "shopping100k": ("collar", "color", "fastening", "pattern", "sleeve", AVERAGE),
}
_ACCURACY = {
    "StarGAN": ((69.19, 61.76, 65.47), (26.37, 46.76, 23.36, 22.82, 59.58, 35.76)),
    "Ganimation": ((67.77, 67.17, 67.47), (21.73, 17.31, 18.47, 11.75, 45.87, 23.02)),
    "SaGAN": ((68.59, 63.16, 65.87), (18.21, 30.03, 17.56, 10.51, 47.07, 24.68)),
    "AMGAN": ((77.01, 81.94, 79.48), (45.84, 64.52, 29.07, 43.59, 64.42, 49.49)),
    "AMGAN w/o D_C": ((74.23, 73.86, 74.05), (40.51, 59.66, 21.60, 35.53, 58.46, 43.15)),
    "AMGAN w/o L_p, D_C": ((70.19, 69.49, 69.84), (30.70, 50.84, 21.61, 21.95, 52.25, 35.47)),
    "AMGAN w/o L_a, L_p, D_C": ((68.28, 66.40, 67.34), (24.19, 25.98, 21.53, 11.91, 43.91, 25.50)),
    "AMGAN, CAMs as α": ((59.15, 66.60, 62.88), (24.47, 35.65, 19.75, 21.82, 28.97, 26.13)),
}
_TOP_30 = {
    "Real": ((20.9, 6.1, 13.5), (6.1, 9.2, 13.8, 7.8, 6.4, 8.7)),
    "StarGAN": ((72.4, 41.3, 56.8), (26.3, 45.3, 15.3, 20.5, 33.3, 28.2)),
    "Ganimation": ((72.0, 46.5, 59.2), (30.3, 21.8, 22.0, 14.3, 39.8, 25.7)),
    "SaGAN": ((72.5, 44.9, 58.7), (26.0, 30.0, 18.8, 12.6, 35.8, 24.7)),
    "AMGAN": ((76.6, 55.0, 65.7), (43.9, 54.7, 27.6, 30.5, 44.7, 40.3)),
}
_VOTES = {
    "StarGAN": ((12.7, 10.9, 11.8), (10.3, 25.0, 12.2, 13.0, 6.3, 13.36)),
    "Ganimation": ((12.7, 12.6, 12.65), (20.5, 1.2, 17.1, 11.6, 12.6, 12.6)),
    "SaGAN": ((18.6, 8.4, 13.5), (5.1, 19.3, 24.4, 4.4, 14.6, 13.56)),
    "AMGAN": ((56.0, 68.1, 62.05), (64.1, 54.5, 46.3, 71.0, 66.5, 60.48)),
}
_TABLES = {"accuracy": _ACCURACY, "top": _TOP_30, "votes": _VOTES}


@dataclass(frozen=True)
class PaperRow:
    """One row of a table of the paper: percentages by attribute, and AVERAGE."""

    name: str
    cells: Mapping[str, float]


def paper_rows(data: str, metric: str) -> list[PaperRow]:
    """The paper's rows of Table 1 (`accuracy`), 2 (`top`, as percentages) or 3 (`votes`).

    `data` is a data set's spec; one that begins with neither of the paper's two sets has none.
    """
    kind = data.partition(":")[0]
    if kind not in _COLUMNS or metric not in _TABLES:
        return []
    which = list(_COLUMNS).index(kind)
    return [
        PaperRow(name, dict(zip(_COLUMNS[kind], both[which], strict=True)))
        for name, both in _TABLES[metric].items()
    ]
