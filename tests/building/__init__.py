"""Patrols of the house: what every file, model, address and command must be, whoever wrote it."""
