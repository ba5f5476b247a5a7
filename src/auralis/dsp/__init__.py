"""Pure sound: arrays and explicit state in, arrays and state out."""
