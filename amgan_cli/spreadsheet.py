"""Tables as people and spreadsheets write them: CSV with commas, semicolons or tabs, in UTF-8 or
UTF-16. Light."""

import csv
import io

UTF_16 = b"\xff\xfe", b"\xfe\xff"


def read_csv(data: bytes) -> csv.DictReader:
    """The rows of a file's bytes, by the names in the first one.

    Raises UnicodeDecodeError for another encoding, csv.Error for what is no CSV, also row by row.
    """
    text = data.decode("utf-16" if data[:2] in UTF_16 else "utf-8-sig")
    first = text.partition("\n")[0]
    return csv.DictReader(io.StringIO(text, ""), delimiter=max(",;\t", key=first.count))
