"""What a person does in the workspace, and what they see of it."""
