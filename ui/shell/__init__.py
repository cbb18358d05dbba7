"""What stands around a page: navigation, sidebar, notices, the first start, background services, headers."""
