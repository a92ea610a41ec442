"""The part `power`: simulated trials beside known truth, the formulas, and the general road."""

from validation.power.run import part

__all__ = ["part"]
