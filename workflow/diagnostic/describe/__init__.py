"""Forms that are not the project's: what their questions may be, and the workbook in which a person says so."""
