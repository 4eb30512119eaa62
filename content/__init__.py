"""What the coach knows: content and messages in YAML, with their schema, loader and rules."""
