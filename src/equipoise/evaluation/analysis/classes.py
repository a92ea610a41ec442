"""The class of an interval, and whether safety holds: what the protocol says of its outcomes."""

from equipoise.design.protocol import class_of, needs_safety, safety_holds

__all__ = ["class_of", "needs_safety", "safety_holds"]
