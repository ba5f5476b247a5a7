"""How each style arranges a piece: intro, build, outro; who plays what, and how it is mixed."""
