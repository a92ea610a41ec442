"""Quality: what an extract lacks, said in counts and shares before anything is concluded."""

from equipoise.authority.quality.report import (
    MonthVolume,
    Quality,
    ReasonCount,
    WindowQuality,
    quality_of,
)
from equipoise.authority.quality.unclear import Unclear

__all__ = [
    "MonthVolume",
    "Quality",
    "ReasonCount",
    "Unclear",
    "WindowQuality",
    "quality_of",
]
