"""Delivery: supervisors, caseloads and sessions, and the dose that schools received."""

from equipoise.programme.delivery.counting import dose
from equipoise.programme.delivery.reading import read_delivery
from equipoise.programme.delivery.records import Caseload, Delivery, Session, Supervisor
from equipoise.programme.delivery.types import (
    Contamination,
    Dose,
    DoseLevel,
    DoseResult,
    GroupDose,
    MonthDose,
    SchoolDose,
    SupervisorDose,
)

__all__ = [
    "Caseload",
    "Contamination",
    "Delivery",
    "Dose",
    "DoseLevel",
    "DoseResult",
    "GroupDose",
    "MonthDose",
    "SchoolDose",
    "Session",
    "Supervisor",
    "SupervisorDose",
    "dose",
    "read_delivery",
]
