"""Design: the trial as declared, its schools, how large it is, and the draw."""
