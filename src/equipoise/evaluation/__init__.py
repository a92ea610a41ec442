"""Evaluation: the analysis set, the analysis, and what it means for a decision."""
