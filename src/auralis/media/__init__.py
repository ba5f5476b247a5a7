"""The only room that opens audio and image files; nothing heavy is imported before it is used."""
