"""Runs a school-randomised trial of a safeguarding programme, from protocol to policy brief."""

__version__ = "0.1.0"
