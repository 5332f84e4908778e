"""The drawn tags: a glyph, words and a tint for every state, and nothing from outside unescaped."""

from __future__ import annotations

import pytest
from django.template import TemplateSyntaxError

from pathways.rules.due_status import DueStatus
from pathways.templatetags import clinic_ui


@pytest.mark.parametrize("state", list(DueStatus))
def test_every_state_of_a_screening_is_drawn_with_a_glyph_and_words(state: DueStatus) -> None:
    drawn = clinic_ui.status_tag(state)
    assert "<svg" in drawn
    assert drawn.removesuffix("</span>").rsplit("</svg>")[-1].strip()


def test_states_of_different_urgency_differ_in_shape() -> None:
    shapes = [clinic_ui.STATES[key][0] for key in ("overdue", "due", "due-soon", "not-due", "done")]
    assert len(set(shapes)) == len(shapes)


def test_words_from_outside_are_escaped() -> None:
    assert "&lt;script&gt;" in clinic_ui.status_tag("due", "<script>")
    assert "&lt;i&gt;" in clinic_ui.due_phrase("due", "Due", "<i>")


def test_an_unknown_state_is_refused_by_name() -> None:
    with pytest.raises(TemplateSyntaxError, match="'nearly'"):
        clinic_ui.status_tag("nearly")


def test_only_an_emergency_is_filled() -> None:
    filled = [key for key in clinic_ui.SEVERITIES if "emergency" in clinic_ui.alert_severity(key)]
    assert filled == ["emergency"]


def test_zero_is_grey_and_an_uncounted_number_is_never_zero() -> None:
    assert "zero" in clinic_ui.count(0)
    assert "zero" not in clinic_ui.count(1)
    assert "–" in clinic_ui.count(None, "the sweep is late")
    assert "0" not in clinic_ui.count(None)
