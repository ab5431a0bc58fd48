"""Starting a calculation, and telling how far it is."""
