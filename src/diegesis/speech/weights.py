"""The weights of attribution: log-odds of each feature."""

from __future__ import annotations

LOCAL: dict[str, float] = {
    "cue_after": 7.0,
    "cue_before": 6.5,
    "cue_line_before": 5.0,
    "verb_after": 4.0,
    "cue_fresh": 4.5,
    "cue_loose": 2.5,
    "beat_after": 4.5,
    "beat_before": 4.0,
    "beat_disagrees": -2.0,
    "silent": -3.5,
    "cue_by_pronoun": -3.0,
    "cue_by_description": 0.0,
    "cue_sure": 0.0,
    "cue_pronoun_may": 3.0,
    "cue_nameless": -2.0,
    "cue_described_may": 2.5,
    "cue_agrees": 0.8,
    "cue_disagrees": -4.0,
    "cued_other": -3.0,
    "recent": 2.4,
    "absent": -0.6,
    "ahead": 0.6,
    "last_subject": 0.8,
    "next_subject": 0.4,
    "called": -4.0,
    "spoken_of": -1.2,
    "active": 1.2,
    "pair": 0.5,
    "share": 0.8,
    "group": -2.0,
    "narrator": 0.0,
    "lifeless": -6.0,
    "told": 60.0,
    "unknown": 0.0,
    "unknown_cued": 5.5,
    "unknown_cued_pronoun": 1.0,
}
"""What the surroundings of one quotation say of one candidate."""

TURNS: dict[str, float] = {
    "same_paragraph": 2.5,
    "same_paragraph_late": 0.8,
    "same_next": -3.0,
    "same_next_told": -1.0,
    "same_near": -0.3,
    "same_far": 0.0,
    "same_after_question": -0.5,
    "back_next": 2.5,
    "back_near": 0.8,
    "answers_call": 2.0,
    "calls_last": 1.2,
    "call_fits": 1.0,
    "call_clashes": -2.0,
}
"""What two or three quotations in a row say of their speakers.

``same_*``: the speaker of the quotation before speaks again: in the same paragraph, soon or after long narration; in
the next paragraph without or with narration between; after two to four paragraphs; later; after their own question.
``back_*``: the speaker of the quotation before the last speaks again. ``answers_call``: the one whom the last quotation
called answers. ``calls_last``: the last speaker is called. ``call_*``: one of two speakers in a row calls somebody
"sir" or "madam", and that fits the other or does not.
"""
