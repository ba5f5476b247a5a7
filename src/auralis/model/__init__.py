"""Entities, events, errors and units: the vocabulary of every room, with no I/O."""
