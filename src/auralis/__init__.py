"""Auralis: a self-hosted music server that masters your own music as you listen."""

__version__ = "0.1.0"
