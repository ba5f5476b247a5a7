"""REST: each file translates one group of routes, and nothing more."""
