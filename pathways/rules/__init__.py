"""The clinic's rules in plain Python: no Django, no clock, no input or output."""
