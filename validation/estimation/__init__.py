"""Type I error and coverage of the estimators over a declared grid of trials (rules.md 15)."""
