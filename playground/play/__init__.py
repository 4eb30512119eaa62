"""The page's own JSON interface, for people on this machine alone."""
