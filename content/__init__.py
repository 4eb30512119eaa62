"""The content of the coach: YAML files and messages, their schema and rules, and their loader."""
