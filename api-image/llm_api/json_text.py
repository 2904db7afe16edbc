"""JSON as it goes over the wire: UTF-8, compact."""

from __future__ import annotations

import json
import re

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
LINE_ENDS = re.compile("[\x85\u2028\u2029]")


def to_json(value: object) -> bytes:
    """Compact UTF-8 JSON on one line, whatever a reader takes for the end of a line.

    NEL, LS and PS are escaped: official clients read streams with `splitlines`, which ends lines there too.
    Halves of surrogate pairs, which UTF-8 cannot hold, stay escaped as they came.
    """
    text = ENCODER.encode(value)
    if LINE_ENDS.search(text):
        text = LINE_ENDS.sub(lambda end: f"\\u{ord(end[0]):04x}", text)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
