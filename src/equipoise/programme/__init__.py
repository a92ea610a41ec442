"""The programme floor: surveys, delivery, process and costs.

This package imports none of its rooms, so that scale scores can be had without the delivery
data that would tell the arm (rules 2). A room may use the rooms before it, in the order
surveys, delivery, process, costs.
"""
