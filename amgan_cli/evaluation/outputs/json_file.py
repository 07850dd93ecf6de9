"""A report as JSON: everything that was measured."""

import json
from pathlib import Path

from amgan_cli.evaluation.report import Report
from amgan_cli.files import write_whole


def write_json(path: Path, report: Report) -> None:
    """Write the report; raises OutputError."""
    text = json.dumps(report.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)
    write_whole(path, text + "\n")
