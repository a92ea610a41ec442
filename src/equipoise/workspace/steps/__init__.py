"""The steps of a trial: acts, computations, their order, rehearsal and verification."""
