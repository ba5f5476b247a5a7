"""The doors for programs: REST under ``/api/v1`` and one socket, over the same commands and the same shapes."""
