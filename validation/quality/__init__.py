"""Faults planted in sets of 26 authorities: what is named, and what is cried for nothing.

`declared` holds the scenarios and seeds; `population` draws the months of an authority;
`planting` puts a fault in; `run` counts what was named. The months are drawn by laws of their
own: nothing here asks the product what a month looks like.
"""

from validation.quality.run import part

__all__ = ["part"]
