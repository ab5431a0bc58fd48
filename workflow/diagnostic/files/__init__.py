"""What a received file is before it is a table: its bytes, their encoding, the archive that they may be, and texts."""
