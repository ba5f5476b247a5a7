"""Mastering: a plan decides, the chain does; pure data and pure sound."""
