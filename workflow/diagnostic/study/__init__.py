"""One study in its folder: what it declares, receives, seals, sends and purges."""
