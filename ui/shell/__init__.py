"""What stands around a page: navigation, its frame, notices, the first start, background services, headers."""
