"""Starting a calculation, and telling how far it is and what it cost."""
