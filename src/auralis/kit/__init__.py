"""Small tools that know nothing of music: clock, ids, files, text."""
