"""The disclosure audit: what readers can prove from all that is printed."""
