"""The label file into one web page an attribute, on which a person corrects the labels."""

import hashlib
import html
import json
from pathlib import Path

from amgan_cli.data.labels import CONFIDENCE
from amgan_cli.files import write_whole
from amgan_cli.prepare.sources import slug
from amgan_cli.prepare.table import FILE, GROUP, LabelTable
from amgan_cli.vocabulary import Vocabulary

TEMPLATE = Path(__file__).with_name("review.html")


def write_pages(out: Path, table: LabelTable, vocabulary: Vocabulary) -> None:
    """Write review/ATTRIBUTE.html for each; they need images/ beside review/, and no server."""
    template = TEMPLATE.read_text(encoding="utf-8")
    values = {
        name: sorted(table.values(name).union(vocabulary.attributes.get(name, ())))
        for name in table.attributes
    }
    data = {
        "columns": table.columns,
        "rows": [[row.get(name, "") for name in table.columns] for row in table.rows.values()],
        "values": values,
        "names": {"file": FILE, "group": GROUP, "confidence": CONFIDENCE},
        "stamp": hashlib.sha1(table.to_csv().encode()).hexdigest()[:12],
    }
    for attribute in values:
        text = json.dumps(data | {"attribute": attribute}, ensure_ascii=False)
        page = template.replace("{{title}}", html.escape(attribute), 1)
        page = page.replace("{{data}}", text.replace("<", "\\u003c"), 1)  # no early </script>
        write_whole(out / "review" / f"{slug(attribute)}.html", page)
