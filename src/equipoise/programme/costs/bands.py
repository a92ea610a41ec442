"""Published cost bands, read from a data file with their source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from equipoise.core.base import parse_json
from equipoise.programme.costs.types import Rating


@dataclass(frozen=True)
class Band:
    """A band.

    Attributes
    ----------
    band, label
        Its number from 1 (least), its name.
    upper_pence
        The most that is in it, in pence; None where it has no bound.
    """

    band: int
    label: str
    upper_pence: int | None


@dataclass(frozen=True)
class BandScheme:
    """A scheme of bands and the one unit that it rates here.

    Attributes
    ----------
    scheme, title, source
        Short and full name; where it was published.
    unit
        The unit, in words.
    measure
        The field of `CostResult` that is rated.
    bands
        In rising order; only the last has no upper bound.
    """

    scheme: str
    title: str
    source: str
    unit: str
    measure: str
    bands: tuple[Band, ...]

    def rate(self, amount_pence: int) -> Rating:
        """Return the band of an amount per `unit`, in whole pence of 0 or more.

        Examples
        --------
        >>> [band_schemes()[1].rate(pence).label for pence in (7999, 8000)]
        ['very low', 'low']
        """
        if amount_pence < 0:
            raise ValueError("a cost is not negative")
        lower = 0
        for band in self.bands:
            if band.upper_pence is None or amount_pence <= band.upper_pence:
                return Rating(
                    scheme=self.scheme,
                    title=self.title,
                    unit=self.unit,
                    amount_pence=amount_pence,
                    band=band.band,
                    label=band.label,
                    lower_pence=lower,
                    upper_pence=band.upper_pence,
                    source=self.source,
                )
            lower = band.upper_pence + 1
        raise ValueError(f"the bands of {self.scheme} do not reach {amount_pence} pence")


def band_schemes() -> tuple[BandScheme, ...]:
    """Return the schemes shipped: Foundations (per school), then the EEF (per pupil)."""
    data = (resources.files(__package__) / "data" / "bands.json").read_bytes()
    return tuple(_scheme(entry) for entry in parse_json(data)["schemes"])


def _scheme(entry: Mapping[str, object]) -> BandScheme:
    bands = entry["bands"]
    assert isinstance(bands, list)
    return BandScheme(
        scheme=str(entry["scheme"]),
        title=str(entry["title"]),
        source=str(entry["source"]),
        unit=str(entry["unit"]),
        measure=str(entry["measure"]),
        bands=tuple(Band(**band) for band in bands),
    )
