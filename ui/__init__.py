"""What pages are made of: filter bar, KPI row, table, charts, export menu. No figure is reckoned here."""
