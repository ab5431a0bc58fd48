"""Facts on sites, ads, mirrors, places and demand."""
