"""What the benchmarks share: what a command costs, a project to run, the calls of a run and three ways to make them again."""
