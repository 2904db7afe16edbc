"""JSON as it goes over the wire: UTF-8, compact."""

from __future__ import annotations

import json


def to_json(value: object) -> bytes:
    """Compact UTF-8 JSON. Halves of surrogate pairs, which UTF-8 cannot hold, stay escaped as they came."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
