"""The charts of the report, one module a chart: what a picture shows, from released facts only."""
