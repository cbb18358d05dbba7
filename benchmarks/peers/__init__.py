"""Eight heavy figures beside polars and pandas, over frames that are in memory already."""
