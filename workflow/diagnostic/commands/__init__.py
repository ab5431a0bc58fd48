"""The command `diagnostic`: one module a command, named after its French verb; `program` brings them together."""
