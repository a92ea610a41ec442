"""What an authority's analyst runs: her files to comparable school counts. Knows no arm."""
