"""The one live connection of a client: a registry of messages, a hub that fans out, handlers that act."""
