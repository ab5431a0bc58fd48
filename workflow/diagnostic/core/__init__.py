"""What every room uses: tables and their one door, steps, declarations, French, refusals."""
