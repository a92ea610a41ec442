"""Editing: set values in a protocol's text and leave every other byte as its author wrote it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.protocol.source import Path, Source, dotted, read_source

#: A change of the text: from, to (end not included), new text.
_Cut = tuple[int, int, str]


def _written(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    # A JSON scalar is a YAML 1.2 scalar.
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _refused(source: Source, path: Path, found: str, expected: str) -> ProblemsError:
    remedy = f"edit {dotted(path)} by hand"
    return ProblemsError([Problem(source.file, source.place(path), found, expected, remedy)])


def _cut(source: Source, path: Path, value: Any) -> _Cut:
    if path in source.nodes:
        begin, end, style = source.nodes[path]
        if style == "block":
            raise _refused(source, path, "a text or group over several lines", "a single value")
        return begin, end, (" " if style == "empty" else "") + _written(value)
    parent, key = path[:-1], path[-1]
    if parent not in source.nodes or not isinstance(key, str):
        raise _refused(source, path, "nothing", "a key that is there")
    begin, end, style = source.nodes[parent]
    entry = f"{key}: {_written(value)}"
    if style == "flow":
        inside = source.text[begin + 1 : end - 1].strip()
        return end - 1, end - 1, (", " if inside and not inside.endswith(",") else "") + entry
    if style != "block":
        raise _refused(source, path, "no group of keys", "a group of keys")
    indent = " " * (source.places[parent][1] - 1)
    return begin, begin, f"{entry}\n{indent}"


def set_values(data: bytes, values: Mapping[Path, Any], file: str = "trial.yaml") -> bytes:
    """Set values by path; comments, order, quoting and spacing of all else stay.

    Parameters
    ----------
    data
        The protocol's bytes.
    values
        New values by path, list positions counted from 0, as in
        ``{("people", 2, "signing_key"): "..."}``. A missing key is added to its group.
    file
        The file's name for the messages.

    Returns
    -------
    bytes
        The new text.

    Raises
    ------
    ProblemsError
        Where the text is not a protocol's YAML, or a path leads nowhere or to a block of text.

    Examples
    --------
    >>> set_values(b"trial: {simulated: false}  # ours", {("trial", "simulated"): True})
    b'trial: {simulated: true}  # ours'
    """
    source = read_source(data, file=file)
    text = source.text
    cuts = [_cut(source, path, value) for path, value in values.items()]
    for begin, end, new in sorted(cuts, reverse=True):
        text = text[:begin] + new + text[end:]
    if b"\r\n" in data and b"\r\n" not in source.text.encode("utf-8"):
        text = text.replace("\n", "\r\n")
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    return mark + text.encode("utf-8")
