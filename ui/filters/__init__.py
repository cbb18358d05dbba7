"""The filters in the sidebar: the period, the lists of values, the chips of those in force."""
