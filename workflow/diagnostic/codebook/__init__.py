"""The codebook: each variable once, and every form, template and dictionary made from it."""
