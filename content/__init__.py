"""What the coach knows: YAML and message templates, with schema, loader and wording."""
