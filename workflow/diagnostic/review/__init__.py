"""Reading a finished study again: the path of a number, what moved, the reviewer's report."""
