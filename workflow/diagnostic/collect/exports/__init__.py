"""Exports of collection tools: recognised by their content, laid out on the codebook, typed with their four states."""
