"""The floor of statistics: estimation, schemes and models, each a pure function of its inputs."""
