"""Words that would give a disease, a test, a drug or a department away, per language.

Read against every header, body, link, file name and calendar line of every email (messages.md, 2
and 9). The product's own name stands in every list: it names the disease.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

# A star stands for any ending. Without it the whole word must match.
_ALWAYS = ("poems*", "vegf", "myeloma*", "mgus", "crow-fukase", "takatsuki", "castleman*")
WORDS: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("blood*", "nerve*", "neuro*", "ha?ematolog*", "oncolog*", "cancer*", "tumou?r*", "lab"),
        *(
            "laborator*",
            "clinical trial*",
            "test",
            "tests",
            "testing",
            "result*",
            "scan*",
            "biops*",
        ),
        *("diagnos*", "disease*", "syndrome*", "symptom*", "relapse*", "remission*", "treatment*"),
        *("therap*", "chemo*", "infusion*", "transplant*", "drug*", "dose*", "lenalidomide"),
        *("thalidomide", "bortezomib", "daratumumab", "dexamethasone", "melphalan", "steroid*"),
        *("fast", "fasting", "urine", "sample*", "exam", "exams", "x-ray*", "mri", "pet-ct", "ct"),
        *(
            "screening*",
            "weak*",
            "numb",
            "numbness",
            "pain*",
            "swelling",
            "fever*",
            "overdue",
            "missed",
        ),
        *("failed", "endocrin*", "cardio*", "eye", "lung*", "heart*", "hormone*", "protein*"),
    ),
    "es": (
        *(
            "prueba*",
            "análisis",
            "sangre",
            "nervio*",
            "neuro*",
            "hematolog*",
            "oncolog*",
            "cáncer*",
        ),
        *("resultado*", "diagn*", "enfermedad*", "síndrome*", "síntoma*", "tratamiento*"),
        *("quimio*", "trasplante*", "ayunas", "orina", "muestra*", "biopsia*"),
    ),
    "fr": (
        *("examen*", "sang", "nerf*", "neuro*", "hémato*", "oncolog*", "cancer*", "résultat*"),
        *("diagnos*", "maladie*", "syndrome*", "symptôme*", "traitement*", "chimio*", "greffe*"),
        *("jeun", "urine*", "prélèvement*", "biopsie*", "analyse*"),
    ),
    "ja": (
        *(
            "検査",
            "採血",
            "血液",
            "神経",
            "内科",
            "腫瘍",
            "がん",
            "癌",
            "結果",
            "診断",
            "病気",
            "症候群",
        ),
        *("症状", "治療", "化学療法", "移植", "絶食", "尿", "検体", "生検", "骨髄", "再発", "寛解"),
    ),
}


def found(text: str, language: str) -> list[str]:
    """Return the words in `text` that no message may show, as they stand there, in order."""
    return [match[0] for match in _pattern(language).finditer(text)]


@lru_cache(maxsize=16)
def _pattern(language: str) -> re.Pattern[str]:
    tongues = {"en", language} & set(WORDS)
    words = [*_ALWAYS, *(word for tongue in sorted(tongues) for word in WORDS[tongue])]
    parts = []
    for word in words:
        body = re.escape(word).replace(r"a\?", "a?").replace(r"u\?", "u?").replace(r"\*", r"\w*")
        # Japanese has no gaps between words.
        parts.append(body if not word[0].isascii() and ord(word[0]) > 0x2FFF else rf"\b{body}\b")
    return re.compile("|".join(parts), re.IGNORECASE)
