"""The scanner: brings the library up to date with the files on disk."""
