"""The agenda in formats that other programs read."""
