"""Reading JSON that somebody else wrote: what has another type than expected counts as absent."""

from __future__ import annotations

from collections.abc import Mapping


def text(value: object) -> str:
    """The string, or an empty one."""
    return value if isinstance(value, str) else ""


def whole(value: object) -> int | None:
    """The whole number; true and false are none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number(value: object) -> float | None:
    """The number as a float; true and false are none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def mapping(value: object) -> Mapping[str, object]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[Mapping[str, object]]:
    """Those elements of a list that are objects."""
    return [element for element in value if isinstance(element, dict)] if isinstance(value, list) else []


def vectors(value: object) -> tuple[tuple[float, ...], ...]:
    """Lists of numbers; a list that holds anything else is left out."""
    found: list[tuple[float, ...]] = []
    for row in value if isinstance(value, list) else []:
        numbers = [number(element) for element in row] if isinstance(row, list) else [None]
        if None not in numbers:
            found.append(tuple(element for element in numbers if element is not None))
    return tuple(found)
