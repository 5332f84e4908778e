"""How words leave and come back: one function per email, channels, calendar files."""
