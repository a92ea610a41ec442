"""Reporting: renders typed results. It computes no statistic and holds no number."""
