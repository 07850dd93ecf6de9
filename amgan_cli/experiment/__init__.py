"""The paper's comparison as one command: which runs there are, and how they are made."""
