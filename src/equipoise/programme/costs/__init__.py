"""Costs: the cost sheet, unit costs in whole pence and the published bands they fall in."""

from equipoise.programme.costs.bands import Band, BandScheme, band_schemes
from equipoise.programme.costs.sheet import CostLine, cost_year, read_costs
from equipoise.programme.costs.summary import cost, months
from equipoise.programme.costs.types import (
    AuthorityCost,
    CategoryCost,
    CostResult,
    Rating,
    WorkedStep,
)

__all__ = [
    "AuthorityCost",
    "Band",
    "BandScheme",
    "CategoryCost",
    "CostLine",
    "CostResult",
    "Rating",
    "WorkedStep",
    "band_schemes",
    "cost",
    "cost_year",
    "months",
    "read_costs",
]
