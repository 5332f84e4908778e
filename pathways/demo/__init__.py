"""The demo clinic: invented people with a history, a local post box, and the fence round it."""
