"""Facts on the coded sample: draw, sheets, agreement, profiles, persons behind the ads."""
