"""The version of the measurements; a change makes the library be measured anew. It stands apart from compiled code."""

VERSION = 5
