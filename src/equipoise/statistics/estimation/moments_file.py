"""Moments as bytes: a NumPy archive that is the same for the same moments, on every system."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.moments import ClusterMoments

FORMAT = 2
"""Format 1 has no remainders of means."""
_ARRAYS = (
    "clusters", "rows", "weight", "log_weight", "lightest", "heaviest", "mean", "remainder",
    "scatter",
)  # fmt: skip
_LEVEL = "level:"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def moments_to_bytes(moments: ClusterMoments) -> bytes:
    """Write moments as an uncompressed ``.npz`` with fixed times and a fixed order.

    Examples
    --------
    >>> moments = ClusterMoments.from_rows({"y": [1.0, 3.0]}, [7, 7])
    >>> moments_from_bytes(moments_to_bytes(moments)).mean.tolist()
    [[2.0]]
    """
    arrays = {
        "format": np.asarray(FORMAT),
        "columns": np.asarray(moments.columns, dtype=np.str_),
        **{name: np.asarray(getattr(moments, name)) for name in _ARRAYS},
        **{_LEVEL + name: np.asarray(moments.levels[name]) for name in sorted(moments.levels)},
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            content = io.BytesIO()
            little = np.array(array, dtype=array.dtype.newbyteorder("<"), order="C")
            np.save(content, little, allow_pickle=False)
            archive.writestr(entry, content.getvalue())
    return target.getvalue()


def moments_from_bytes(content: bytes) -> ClusterMoments:
    """Read what `moments_to_bytes` wrote.

    Raises
    ------
    EstimationError
        It is no such archive, or its arrays do not fit together.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        form = int(arrays.pop("format"))
        names = tuple(str(name) for name in arrays.pop("columns"))
        if form == 1:
            arrays["remainder"] = np.zeros_like(arrays["mean"])
        fields = {name: arrays.pop(name) for name in _ARRAYS}
    except (EOFError, KeyError, OSError, TypeError, ValueError, zipfile.BadZipFile) as problem:
        raise EstimationError("This is not a file of cluster moments.") from problem
    if form not in (1, FORMAT):
        raise EstimationError(
            f"The moments are of format {form}, and this version reads {FORMAT} and 1."
        )
    levels = {name.removeprefix(_LEVEL): array for name, array in arrays.items()}
    j, k = fields["clusters"].size, len(names)
    shapes = {"mean": (j, k), "remainder": (j, k), "scatter": (j, k, k)}
    if any(fields[name].shape != shapes.get(name, (j,)) for name in _ARRAYS) or any(
        array.shape != (j,) for array in levels.values()
    ):
        raise EstimationError("The arrays of this file of cluster moments do not fit together.")
    numbers = [fields[name] for name in _ARRAYS if name != "clusters"]
    if not all(np.isfinite(array).all() for array in numbers) or (fields["rows"] < 1).any():
        raise EstimationError("This file of cluster moments holds values that no data can have.")
    return ClusterMoments(columns=names, levels=levels, **fields)


def save_moments(moments: ClusterMoments, path: str | Path) -> None:
    """Write moments to a file."""
    Path(path).write_bytes(moments_to_bytes(moments))


def load_moments(path: str | Path) -> ClusterMoments:
    """Read moments from a file.

    Raises
    ------
    EstimationError
        As in `moments_from_bytes`.
    """
    return moments_from_bytes(Path(path).read_bytes())
