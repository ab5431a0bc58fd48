"""One module per collection tool: the file that it would export for given answers."""
