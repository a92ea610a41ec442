"""Cluster moments: pooled as if the rows had been together, in bytes, from counts and sums."""

from __future__ import annotations

import io
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.statistics.estimation import (
    ClusterMoments,
    EstimationError,
    MixedModel,
    fit_linear_moments,
    fit_mixed,
    load_moments,
    moments_from_bytes,
    moments_to_bytes,
    save_moments,
)

FIELDS = ("rows", "weight", "log_weight", "lightest", "heaviest", "mean", "scatter")


def _rows(seed: int, n: int = 400, clusters: int = 30, centre: float = 50.0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    label = rng.integers(0, clusters, n)
    return {
        "columns": {
            "y": centre + rng.normal(size=n) + label,
            "arm": (label % 2).astype(float),
            "x": rng.normal(size=n),
        },
        "clusters": label,
        "weights": rng.uniform(0.5, 3, n),
        "levels": {"authority": np.array(["north", "south", "east"])[label % 3]},
    }


def _some(rows: dict[str, Any], kept: Any) -> ClusterMoments:
    return ClusterMoments.from_rows(
        {name: column[kept] for name, column in rows["columns"].items()},
        rows["clusters"][kept],
        weights=rows["weights"][kept],
        levels={name: level[kept] for name, level in rows["levels"].items()},
    )


def _same(one: ClusterMoments, other: ClusterMoments, rtol: float = 1e-10) -> None:
    assert one.columns == other.columns
    np.testing.assert_array_equal(one.clusters, other.clusters)
    for name in one.levels:
        np.testing.assert_array_equal(one.levels[name], other.levels[name])
    for name in FIELDS:
        a, b = getattr(one, name), getattr(other, name)
        np.testing.assert_allclose(a, b, rtol=rtol, atol=1e-10, err_msg=name)


def test_raw_moments_are_the_sums_of_products_of_the_rows() -> None:
    rows = _rows(1)
    moments = _some(rows, slice(None))
    for j, label in enumerate(moments.clusters):
        inside = rows["clusters"] == label
        columns = [column[inside] for column in rows["columns"].values()]
        z = np.column_stack([np.ones(inside.sum()), *columns])
        w = rows["weights"][inside]
        np.testing.assert_allclose(moments.gram[j], (z * w[:, None]).T @ z, rtol=1e-12, atol=1e-10)
        assert moments.log_weight[j] == pytest.approx(np.log(w).sum())
        assert (moments.lightest[j], moments.heaviest[j]) == (w.min(), w.max())
        assert moments.rows[j] == inside.sum()


@pytest.mark.parametrize("parts", [2, 7])
@pytest.mark.parametrize("centre", [0.0, 1e4])
def test_merged_equals_pooled(parts: int, centre: float) -> None:
    rows = _rows(2, centre=centre)
    whole = _some(rows, slice(None))
    chunks = [_some(rows, slice(start, None, parts)) for start in range(parts)]
    _same(ClusterMoments.pool(chunks), whole)
    one_by_one = chunks[0]
    for chunk in chunks[1:]:
        one_by_one = one_by_one + chunk
    _same(one_by_one, whole)
    _same(chunks[0].merge(chunks[1]), chunks[1] + chunks[0], rtol=1e-13)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.floats(-1e3, 1e3), st.floats(0.1, 10.0)),
        min_size=2,
        max_size=30,
    ),
    st.integers(1, 29),
)
def test_any_split_of_any_rows_pools_to_the_whole(rows: list[Any], cut: int) -> None:
    label, y, w = (np.asarray(column) for column in zip(*rows, strict=True))
    cut = min(cut, label.size - 1)

    def of(part: slice) -> ClusterMoments:
        return ClusterMoments.from_rows({"y": y[part]}, label[part], weights=w[part])

    whole, both = of(slice(None)), of(slice(cut)) + of(slice(cut, None))
    np.testing.assert_allclose(both.mean, whole.mean, rtol=1e-10, atol=1e-9)
    np.testing.assert_allclose(both.scatter, whole.scatter, rtol=1e-10, atol=1e-8)


def _exact(y: Any, w: Any) -> tuple[Fraction, Fraction]:
    """Weighted mean and scatter in rational numbers."""
    values, weights = [Fraction(v) for v in y.tolist()], [Fraction(v) for v in w.tolist()]
    mean = sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)
    return mean, sum(w * (v - mean) ** 2 for w, v in zip(weights, values, strict=True))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([1e6, 1e8, -3e9, 123456789.0]),
    st.sampled_from([1e-2, 1.0, 30.0]),
    st.lists(
        st.tuples(st.integers(0, 3), st.floats(-3, 3), st.floats(0.1, 10.0), st.integers(0, 4)),
        min_size=8,
        max_size=60,
    ),
    st.randoms(use_true_random=False),
)
def test_files_merge_to_the_pooled_rows_where_means_are_large_beside_the_spread(
    centre: float, sd: float, drawn: list[Any], chance: Any
) -> None:
    label, noise, w, part = (np.asarray(column) for column in zip(*drawn, strict=True))
    y = centre + sd * noise
    parts = [
        moments_from_bytes(
            moments_to_bytes(ClusterMoments.from_rows({"y": y[some]}, label[some], weights=w[some]))
        )
        for some in (part == number for number in range(5))
        if some.any()
    ]
    chance.shuffle(parts)
    merged = parts[0]
    for other in parts[1:]:
        merged = merged + other
    whole = ClusterMoments.from_rows({"y": y}, label, weights=w)
    # What float64 itself cannot tell from zero: n roundings of numbers of this size, squared.
    least = y.size * np.spacing(abs(centre)) ** 2 * w.max()
    for moments in (merged, whole, ClusterMoments.pool(parts)):
        for j, known in enumerate(moments.clusters):
            inside = label == known
            mean, scatter = _exact(y[inside], w[inside])
            far = Fraction(float(moments.mean[j, 0])) + Fraction(float(moments.remainder[j, 0]))
            assert abs(far - mean) <= 1e-10 * sd
            found = float(moments.scatter[j, 0, 0])
            assert found == pytest.approx(float(scatter), rel=1e-10, abs=least)
    _same(merged, whole)


def test_estimates_from_merged_files_are_those_of_the_pooled_rows() -> None:
    rng = np.random.default_rng(11)
    label = rng.integers(0, 40, 2000)
    arm, x = (label % 2).astype(float), rng.normal(size=2000)
    w = rng.uniform(0.5, 2, 40)[label]
    y = 1e8 + 0.3 * arm + 0.2 * x + rng.normal(size=40)[label] + rng.normal(size=2000)

    def of(some: Any, y: Any = y) -> ClusterMoments:
        return ClusterMoments.from_rows(
            {"y": y[some], "arm": arm[some], "x": x[some]}, label[some], weights=w[some]
        )

    merged = ClusterMoments.pool(of(slice(start, None, 9)) for start in range(9))
    whole, near = of(slice(None)), of(slice(None), y - 1e8)
    for fit in (
        lambda moments: fit_linear_moments(moments, "y", ["arm", "x"]),
        lambda moments: fit_mixed(moments, MixedModel("y", ("arm", "x"))),
    ):
        found, want, plain = fit(merged), fit(whole), fit(near)
        np.testing.assert_allclose(found.coefficients, want.coefficients, rtol=1e-10)
        np.testing.assert_allclose(found.vcov, want.vcov, rtol=1e-9, atol=1e-14)
        # y - 10^8 is exact, so the slopes are those of the same data.
        np.testing.assert_allclose(found.coefficients[1:], plain.coefficients[1:], rtol=1e-9)
        np.testing.assert_allclose(found.se, plain.se, rtol=1e-9)
        np.testing.assert_allclose(found.df, plain.df, rtol=1e-7)


def test_sums_of_a_group_by_keep_their_digits_beside_a_declared_shift() -> None:
    rng = np.random.default_rng(3)
    label, y = rng.integers(0, 5, 200), 1e8 + rng.normal(size=200)
    x = rng.normal(size=200)
    sums: dict[str, Any] = {}
    products: dict[tuple[str, str], Any] = {}
    moved = {"y": y - 1e8, "x": x}
    for name, values in moved.items():
        sums[name] = np.bincount(label, values)
        for other, beside in moved.items():
            products[name, other] = np.bincount(label, values * beside)
    found = ClusterMoments.from_sums(
        sums, products, np.bincount(label), np.arange(5), shift={"y": 1e8}
    )
    _same(found, ClusterMoments.from_rows({"y": y, "x": x}, label))


def test_files_of_the_first_format_are_read() -> None:
    moments = ClusterMoments.from_rows({"y": [1.0, 2.0, 4.0]}, [1, 1, 2])
    with np.load(io.BytesIO(moments_to_bytes(moments))) as archive:
        arrays = {name: archive[name] for name in archive.files if name != "remainder"}
    arrays["format"] = np.asarray(1)
    old = io.BytesIO()
    np.savez(old, **arrays)
    _same(moments_from_bytes(old.getvalue()), moments)


@pytest.mark.parametrize(
    "relabel",
    [
        pytest.param(lambda label: label, id="whole"),
        pytest.param(lambda label: label * 100_003 + 900_000, id="sparse"),
        pytest.param(lambda label: np.array([f"{j:03d}" for j in label]), id="text"),
        pytest.param(
            lambda label: np.array([f"{j:03d}" for j in label], dtype=object), id="object"
        ),
        pytest.param(lambda label: label.astype(np.int8), id="small"),
    ],
)
def test_labels_and_the_order_of_rows_do_not_matter(relabel: Any) -> None:
    rows = _rows(3)
    whole = _some(rows, slice(None))
    for order in (np.argsort(rows["clusters"], kind="stable"), np.arange(400)[::-1]):
        changed = {**rows, "clusters": relabel(rows["clusters"])}
        other = _some(changed, order)
        for name in FIELDS:
            np.testing.assert_allclose(
                getattr(other, name), getattr(whole, name), rtol=1e-12, atol=1e-11
            )


def test_a_constant_column_has_exactly_no_scatter() -> None:
    label = np.repeat(np.arange(5), 7)
    moments = ClusterMoments.from_rows({"z": 0.1 * label, "x": np.arange(35.0)}, label)
    np.testing.assert_array_equal(moments.mean[:, 0], 0.1 * np.arange(5))
    assert not moments.scatter[:, 0].any()
    assert moments.varies.tolist() == [False, True]


def test_counts_are_the_rows_that_they_count() -> None:
    events, trials = np.array([3, 0, 5, 2]), np.array([10, 4, 5, 8])
    label = np.array(["a", "b", "a", "c"])
    counted = ClusterMoments.from_counts(events, trials, label)
    y = np.concatenate(
        [np.repeat([1.0, 0.0], [k, n - k]) for k, n in zip(events, trials, strict=True)]
    )
    _same(counted, ClusterMoments.from_rows({"y": y}, np.repeat(label, trials)), rtol=1e-12)


def test_sums_of_a_group_by_are_enough() -> None:
    rows = _rows(4)
    whole = ClusterMoments.from_rows(rows["columns"], rows["clusters"], levels=rows["levels"])
    gram = whole.gram
    names = ("y", "arm", "x")
    summed = ClusterMoments.from_sums(
        {name: gram[:, 0, 1 + a] for a, name in enumerate(names)},
        {(p, q): gram[:, 1 + a, 1 + b] for a, p in enumerate(names) for b, q in enumerate(names)},
        whole.rows,
        whole.clusters,
        levels=whole.levels,
    )
    _same(summed, whole)
    assert summed.varies.tolist() == [True, False, True]


def test_bytes_are_the_same_each_time_and_read_back(tmp_path: Any) -> None:
    moments = _some(_rows(5), slice(None))
    content = moments_to_bytes(moments)
    assert content == moments_to_bytes(_some(_rows(5), slice(None)))
    assert moments_to_bytes(moments_from_bytes(content)) == content
    save_moments(moments, tmp_path / "school.npz")
    _same(load_moments(tmp_path / "school.npz"), moments, rtol=0)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nonsense", b"\x93NUMPY"])
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(EstimationError, match="not a file of cluster moments"):
        moments_from_bytes(content)


def test_reweighting_is_weighting() -> None:
    rows = _rows(6)
    factor = 1.0 + np.arange(30) / 10
    moments = _some(rows, slice(None)).reweighted(factor)
    rows["weights"] = rows["weights"] * factor[rows["clusters"]]
    _same(moments, _some(rows, slice(None)), rtol=1e-12)


def test_a_derived_column_is_the_column_derived() -> None:
    rows = _rows(7)
    scale, shift = np.arange(30) % 2, np.arange(30.0)
    moments = _some(rows, slice(None)).derived("z", "x", scale, shift)
    label = rows["clusters"]
    rows["columns"]["z"] = scale[label] * rows["columns"]["x"] + shift[label]
    _same(moments, _some(rows, slice(None)), rtol=1e-11)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"y": [1.0, math.nan, 2.0]}, "missing or infinite values in the y"),
        ({"y": [1.0, math.inf, 2.0]}, "missing or infinite values in the y"),
        ({"y": [1.0, 2.0]}, "y must be one number per row"),
        ({"weights": [1, 0, 1]}, "Every weight must be above zero"),
        ({"weights": [1, -1, 1]}, "Every weight must be above zero"),
        ({"weights": [1, math.nan, 1]}, "missing or infinite values in the weights"),
        ({"clusters": [1.0, math.nan, 2.0]}, "missing labels in the clusters"),
        ({"clusters": ["a", None, "b"]}, "missing labels in the clusters"),
        ({"clusters": []}, "there must be rows"),
        ({"levels": {"la": ["n", "s", "s"]}}, "Cluster 1 lies in more than one la"),
        ({"levels": {"la": ["n"]}}, "la must be one label per row"),
    ],
)
def test_what_is_refused_is_said_in_a_sentence(change: dict[str, Any], sentence: str) -> None:
    y = change.pop("y", [1.0, 2.0, 3.0])
    clusters = change.pop("clusters", [1, 1, 2])
    with pytest.raises(EstimationError, match=sentence):
        ClusterMoments.from_rows({"y": y}, clusters, **change)


@pytest.mark.parametrize(
    ("events", "trials", "sentence"),
    [
        ([3], [2], "0 <= events <= trials"),
        ([-1], [2], "0 <= events <= trials"),
        ([0.5], [2], "must be whole"),
        ([0], [0], "no trials in any row"),
    ],
)
def test_impossible_counts_are_refused(events: Any, trials: Any, sentence: str) -> None:
    with pytest.raises(EstimationError, match=sentence):
        ClusterMoments.from_counts(events, trials, ["a"])


def test_moments_that_do_not_go_together_are_not_pooled() -> None:
    one = ClusterMoments.from_rows({"y": [1.0]}, [1])
    with pytest.raises(EstimationError, match="same columns and levels"):
        one + ClusterMoments.from_rows({"z": [1.0]}, [1])
    with pytest.raises(EstimationError, match="text cannot be pooled with numbers"):
        one + ClusterMoments.from_rows({"y": [1.0]}, ["1"])
    north = ClusterMoments.from_rows({"y": [1.0]}, [1], levels={"la": ["n"]})
    south = ClusterMoments.from_rows({"y": [1.0]}, [1], levels={"la": ["s"]})
    with pytest.raises(EstimationError, match="more than one la"):
        north + south
    with pytest.raises(EstimationError, match="no moments"):
        ClusterMoments.pool([])
    with pytest.raises(EstimationError, match="no column z"):
        one.position("z")
