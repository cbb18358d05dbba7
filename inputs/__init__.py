"""What people enter beside the portal, kept beside the data: the sales plan."""
