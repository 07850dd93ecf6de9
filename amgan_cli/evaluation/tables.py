"""A report into tables of words, in the layout of the paper's Tables 1 and 2 and beyond."""

from amgan_cli.evaluation.paper import AVERAGE, paper_rows
from amgan_cli.evaluation.report import ALL, Figure, Report, RunReport
from amgan_cli.evaluation.table import Metric, Table, show

METRICS = {
    "accuracy": Metric("Classification accuracy, %"),
    "top": Metric("Top-30 retrieval accuracy, %"),
    "ndcg_all": Metric("NDCG@30", 1, 3),
    "ndcg_target": Metric("NDCG@30, target attribute", 1, 3),
    "ndcg_untouched": Metric("NDCG@30, untouched attributes", 1, 3),
    "kept": Metric("Untouched attributes seen as before, %"),
    "background_delta_e": Metric("ΔE2000 outside the garment", 1, 2),
    "background_ssim": Metric("SSIM outside the garment", 1, 3),
    "unattended_delta_e": Metric("ΔE2000 outside the attention", 1, 2),
    "unattended_ssim": Metric("SSIM outside the attention", 1, 3),
    "attention_iou": Metric("Attention and garment mask, IoU", 1, 3),
    "detail_correlation": Metric("Lightness detail before and after, correlation", 1, 3),
    "nearest_prototype": Metric("Nearest to the wanted colour's prototype, %"),
    "part_iou": Metric("Rendered: attention and exact part, IoU", 1, 3),
    "true_inside_delta_e": Metric("Rendered: ΔE2000 to the true result, inside", 1, 2),
    "true_outside_delta_e": Metric("Rendered: ΔE2000 to the true result, outside", 1, 2),
    "region_on_sleeves": Metric("Rendered: sleeve region that is on sleeves, %"),
}
"""Every metric of a report, in the order of the tables."""


def paper_tables(report: Report) -> list[Table]:
    """Tables 1 and 2, and one of all other metrics."""
    return [_accuracy_table(report), _retrieval_table(report), _beyond_table(report)]


def value_tables(report: Report) -> list[Table]:
    """Accuracy per wanted value, one table an attribute, a column a run."""
    tables = []
    for attribute, values in report.attributes.items():
        rows = []
        for value in (*values, ALL):
            figures = [_figure(run, "accuracy", attribute, value) for run in report.runs]
            if any(figures):
                count = str(max(figure.n for figure in figures if figure))
                rows.append((value, count, *(show(f, METRICS["accuracy"]) for f in figures)))
        columns = ("to", "edits", *(run.name for run in report.runs))
        tables.append(Table(f"{attribute}: seen by the judge, %", columns, rows))
    return tables


def confusion_tables(report: Report) -> list[Table]:
    """What the judge saw instead, one table a run and attribute."""
    tables = []
    for run in report.runs:
        for attribute, values in report.attributes.items():
            counts = run.confusion[attribute]
            rows = [
                (value, *map(str, row))
                for value, row in zip(values, counts, strict=True)
                if sum(row)
            ]
            title = f"{run.name}, {attribute}: wanted (rows) and seen (columns)"
            tables.append(Table(title, ("wanted", *values), rows))
    return tables


def _accuracy_table(report: Report) -> Table:
    rows = [_row(run.name, run, "accuracy", report) for run in report.runs]
    rows.append(_row("no edit", report.unedited, "accuracy", report))
    judge = [show(report.judge[name], METRICS["accuracy"]) for name in report.attributes]
    rows += _papers_rows(report, "accuracy")
    rows.append(("judge on real test photos", *judge, "-"))
    note = (
        f"{report.settings['edited_photos']} test photos to every other value, judged by a network "
        "trained apart; 95 % intervals over photos."
    )
    return Table("Table 1: classification accuracy, %", _columns(report), rows, note)


def _retrieval_table(report: Report) -> Table:
    rows = [_row("real", report.unedited, "top", report)]
    rows += [_row(run.name, run, "top", report) for run in report.runs]
    rows += _papers_rows(report, "top")
    note = (
        f"Among {report.settings['gallery_photos']} real photos; a hit has all the wanted labels, "
        "an unknown label of a photo found is no match."
    )
    return Table("Table 2: Top-30 retrieval accuracy, %", _columns(report), rows, note)


def _beyond_table(report: Report) -> Table:
    runs = [report.unedited, *report.runs]
    rows = []
    for name, metric in METRICS.items():
        figures = [_figure(run, name) for run in runs]
        if name not in ("accuracy", "top") and any(figures):
            rows.append((metric.title, *(show(figure, metric) for figure in figures)))
    rows.append(("FID of the judge's features", "-", *(f"{run.fid:.2f}" for run in report.runs)))
    return Table("Other metrics", ("", *(run.name for run in runs)), rows)


def _columns(report: Report) -> tuple[str, ...]:
    return ("", *report.attributes, AVERAGE)


def _row(title: str, run: RunReport, name: str, report: Report) -> tuple[str, ...]:
    names = (*report.attributes, ALL)
    return (title, *(show(_figure(run, name, attribute), METRICS[name]) for attribute in names))


def _papers_rows(report: Report, name: str) -> list[tuple[str, ...]]:
    columns = _columns(report)[1:]
    return [
        (
            f"{row.name} (paper)",
            *(f"{row.cells[c]:.2f}" if c in row.cells else "-" for c in columns),
        )
        for row in paper_rows(report.data, name)
    ]


def _figure(run: RunReport, metric: str, attribute: str = ALL, value: str = ALL) -> Figure | None:
    return run.figures.get(metric, {}).get(attribute, {}).get(value)
