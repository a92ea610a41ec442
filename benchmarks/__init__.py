"""Speed and memory, measured beside the peers that are installed. Never in a timed test."""
