"""Figure 4: Top-k retrieval accuracy against k, as SVG."""

from html import escape
from pathlib import Path

from amgan_cli.evaluation.measure import TOP
from amgan_cli.evaluation.report import Report, RunReport
from amgan_cli.files import write_whole

WIDTH, HEIGHT = 800, 440
LEFT, TOP_EDGE, RIGHT, BOTTOM = 60, 20, 480, 390
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5c3e", "#444444")
"""Told apart with colour-blind eyes too (Okabe and Ito)."""


def write_curve(path: Path, report: Report) -> None:
    """Draw a line with its 95 % band for each run and for `real`; raises OutputError."""
    write_whole(path, draw_curve([*report.runs, report.unedited]))


def draw_curve(runs: list[RunReport]) -> str:
    """The SVG; the number in a run's legend is its Top-30 accuracy, as in the paper."""
    font = 'font-family="sans-serif" font-size="13"'
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *_axes(len(runs[0].curve)),
    ]
    for i, run in enumerate(runs):
        color = COLORS[i % len(COLORS)]
        dash = "" if i < len(COLORS) and run is not runs[-1] else ' stroke-dasharray="6 4"'
        lower = [_point(k, f.low, len(run.curve)) for k, f in enumerate(run.curve, 1)]
        upper = [_point(k, f.high, len(run.curve)) for k, f in enumerate(run.curve, 1)]
        line = [_point(k, f.mean, len(run.curve)) for k, f in enumerate(run.curve, 1)]
        band = " ".join(lower + upper[::-1])
        y = TOP_EDGE + 14 + 22 * i
        name = "real" if run is runs[-1] else run.name
        parts += [
            f'<polygon points="{band}" fill="{color}" fill-opacity="0.12"/>',
            f'<polyline points="{" ".join(line)}" fill="none" stroke="{color}" '
            f'stroke-width="2"{dash}/>',
            f'<path d="M{RIGHT + 14} {y - 4}h22" stroke="{color}" stroke-width="2"{dash}/>',
            f'<text x="{RIGHT + 42}" y="{y}">{escape(_short(name))} '
            f"({run.curve[TOP - 1].mean:.3f})</text>",
        ]
    return "\n".join([*parts, "</svg>\n"])


def _axes(most: int) -> list[str]:
    parts = []
    for tenth in range(0, 10, 2):
        _, y = _point(1, tenth / 10, most).split(",")
        parts += [
            f'<path d="M{LEFT} {y}H{RIGHT}" stroke="#dddddd"/>',
            f'<text x="{LEFT - 8}" y="{float(y) + 4:.1f}" text-anchor="end">0.{tenth}</text>',
        ]
    for k in (1, *range(20, most + 1, 20)):
        x, _ = _point(k, 0, most).split(",")
        parts.append(f'<text x="{x}" y="{BOTTOM + 18}" text-anchor="middle">{k}</text>')
    middle = (TOP_EDGE + BOTTOM) / 2
    return [
        *parts,
        f'<path d="M{LEFT} {TOP_EDGE}V{BOTTOM}H{RIGHT}" stroke="black" fill="none"/>',
        f'<text x="{(LEFT + RIGHT) / 2}" y="{BOTTOM + 40}" text-anchor="middle">k</text>',
        f'<text transform="translate(18 {middle}) rotate(-90)" text-anchor="middle">'
        "Top-k retrieval accuracy</text>",
    ]


def _point(k: int, share: float, most: int) -> str:
    x = LEFT + (RIGHT - LEFT) * (k - 1) / (most - 1)
    return f"{x:.1f},{BOTTOM - (BOTTOM - TOP_EDGE) * share:.1f}"


def _short(name: str, longest: int = 32) -> str:
    """The end of a long path says more than its start."""
    return name if len(name) <= longest else "…" + name[1 - longest :]
