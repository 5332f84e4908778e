"""A text box that offers words and takes any other: the browser's own list, no script."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class OfferedInput(forms.TextInput):
    """A box with a list of words, each with what it is."""

    def __init__(self, offered: Iterable[tuple[str, str]], attrs: Any = None) -> None:
        super().__init__(attrs)
        self.offered = tuple(offered)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the box, and its list beside it."""
        listed = f"{(attrs or {}).get('id', name)}_offered"
        box = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', self.offered)
        return format_html('{}<datalist id="{}">{}</datalist>', box, listed, options)
