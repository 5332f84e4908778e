"""How hard a text is to read, counted on the high side."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SENTENCE_END = re.compile(r"[.?!](?:\s+|$)|\n+")


class _Blocks(HTMLParser):
    """The visible words of a page, one line a block."""

    _blocks = frozenset({"p", "h1", "h2", "div", "td", "br", "strong", "span", "del"})
    _silent = frozenset({"style", "title", "head"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0
        self.hidden_div = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._silent:
            self.hidden += 1
        if tag == "div" and "display:none" in (dict(attrs).get("style") or ""):
            self.hidden_div = True
        if tag in self._blocks and "nowrap" not in (dict(attrs).get("style") or ""):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            self.hidden -= 1
        if tag == "div":
            self.hidden_div = False
        if tag in self._blocks - {"span"}:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden and not self.hidden_div:
            self.words.append(data.replace("\n", " "))


def visible(html: str) -> str:
    """Return what a reader of the HTML sees, one block a line."""
    parser = _Blocks()
    parser.feed(html)
    return re.sub(r" *\n[ \n]*", "\n", re.sub(r"[ \xa0]+", " ", "".join(parser.words))).strip()


def sentences(text: str) -> list[list[str]]:
    """Return the sentences as lists of words; numbers and links are not words."""
    prose = re.sub(r"https?://\S+", "", text)
    found = [re.findall(r"[A-Za-z’'-]+", part) for part in _SENTENCE_END.split(prose)]
    return [words for words in found if words]


def syllables(word: str) -> int:
    """Count groups of vowels; a silent e at the end is not taken off."""
    return max(1, len(re.findall(r"[aeiouy]+", word.lower())))


def flesch_kincaid(text: str) -> float:
    """Return the school grade of the running sentences, those of six words or more."""
    running = [words for words in sentences(text) if len(words) >= 6]
    words = [word for sentence in running for word in sentence]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(running) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
