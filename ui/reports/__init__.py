"""What one report alone has on its page."""
