"""Guidance, document lists and countries: complete, sourced, without doses, fit for patients."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from pathways.catalogue import (
    Audience,
    Standing,
    Urgency,
    find_country,
    load_countries,
    load_documents,
    load_guidance,
)

LISTS = {entry.key: entry for entry in load_documents()}
ITEMS = [(listing.key, item) for listing in LISTS.values() for item in listing.entries]
GUIDANCE = load_guidance()

DOSE = re.compile(
    r"\d\s*(mg|µg|μg|mcg|ug|ng|g/kg|g/m|iu|i\.u\.|units?|ml|cc|gy|mmol|million|%)\b"
    r"|\d\s*%|/m²|mg/|per kilogram|milligram|microgram"
    r"|(once|twice|times)\s+(a\s+)?(daily|day|weekly|week|nightly)"
    r"|\b(bid|tid|qid|prn|q\d+[hwd]|nightly|every \d+ hours)\b|\bdays? \d+\s*[-–]\s*\d+",
    re.IGNORECASE,
)


def words_of_items() -> list[tuple[str, str]]:
    return [(item.key, f"{item.title} {item.text} {item.why}") for _, item in ITEMS] + [
        (listing.key, f"{listing.title} {listing.text}") for listing in LISTS.values()
    ]


def words_of_guidance() -> list[tuple[str, str]]:
    return [(entry.key, " ".join((entry.title, entry.text, *entry.signs))) for entry in GUIDANCE]


def patient_words() -> list[tuple[str, str]]:
    return [
        (entry.key, " ".join((entry.title, entry.text, *entry.signs)))
        for entry in GUIDANCE
        if entry.audience is Audience.PATIENT
    ] + [
        (item.key, f"{item.title} {item.text}")
        for _, item in ITEMS
        if item.audience is Audience.PATIENT
    ]


@pytest.mark.parametrize(
    ("key", "groups"),
    [
        ("neuropathy-types", {"types": 4}),
        ("causes", {"causes": 20}),
        ("symptoms", {"symptoms": 20}),
        ("tests", {"physical": 8, "manual": 8, "laboratory": 12, "electrodiagnostic": 6,
                   "imaging": 6}),
        ("non-drug-treatments", {"physiotherapy": 15, "exercise": 5, "mind-body": 5,
                                 "self-management": 5}),
        ("drugs", {"drugs": 20}),
        ("supplements", {"supplements": 10}),
        ("advanced-therapies", {"advanced": 10}),
        ("procedures", {"procedures": 10}),
        ("prevention", {"prevention": 10}),
        ("when-to-see-a-doctor", {"when": 5}),
        ("dos-and-donts", {"dos": 5, "donts": 5}),
        ("questions", {"questions": 15}),
    ],
)  # fmt: skip
def test_every_item_of_the_documents_list_is_there(key: str, groups: dict[str, int]) -> None:
    assert Counter(item.group for item in LISTS[key].entries) == groups


def test_the_lists_stand_in_their_order() -> None:
    assert list(LISTS)[:3] == ["neuropathy-types", "causes", "symptoms"]


def test_every_item_says_where_it_stands() -> None:
    for _, item in ITEMS:
        assert item.source.document != item.source.key, item.key
        assert item.source.section.endswith(f", item {item.number}")


@pytest.mark.parametrize(
    "dose",
    ["10 mg daily", "1.3 mg/m²", "1,000 µg", "2,000 IU", "2 g/kg", "5 mL", "40 Gy", "twice daily",
     "three times weekly", "75 mg BID", "every 4 hours", "5 %", "days 1–21", "3 million IU"],
)  # fmt: skip
def test_the_dose_pattern_finds_the_doses_of_the_documents(dose: str) -> None:
    assert DOSE.search(dose)


@pytest.mark.parametrize(("key", "words"), words_of_items() + words_of_guidance())
def test_nothing_holds_a_dose(key: str, words: str) -> None:
    found = DOSE.search(words)
    assert found is None, f"{key}: {found and found.group(0)}"


MUST_NOT_BE_ADVICE = [
    # the drugs, therapies and supplements whose use the literature contradicts
    *("drugs/" + key for key in (
        "thalidomide", "bortezomib", "bevacizumab", "interferon", "duloxetine", "amitriptyline",
        "tramadol", "azathioprine", "ciclosporin", "ivig", "plasmapheresis")),
    *("supplements/" + key for key in (
        "alpha-lipoic-acid", "curcumin", "green-tea-egcg", "acetylcysteine")),
    *("advanced-therapies/" + key for key in (
        "zoledronic-acid", "pamidronate", "nerve-growth-factor", "platelet-rich-plasma",
        "hyaluronic-acid", "cross-linked-hyaluronan", "stem-cell-secretome", "erythropoietin")),
    *("procedures/" + key for key in (
        "lesion-curettage", "nerve-grafting", "brain-stimulation", "sympathetic-block")),
    # statements that are wrong, or not to be used
    *("symptoms/" + key for key in (
        "dark-skin", "dizzy-on-standing", "erectile-dysfunction", "gut-motility")),
    *("tests/" + key for key in ("pack-test", "ankle-oscillation")),
    *("questions/" + key for key in (
        "transplant-recovery", "do-imids-work", "supplements-help", "organ-problems")),
    *("statements/" + key for key in (
        "autoimmune", "most-commonly-myeloma", "without-plasma-cell-disorder", "survival-figure")),
]  # fmt: skip


@pytest.mark.parametrize("path", MUST_NOT_BE_ADVICE)
def test_what_must_never_be_advice_is_marked_with_its_reason_and_kept_from_patients(
    path: str,
) -> None:
    key, _, wanted = path.partition("/")
    item = next(entry for entry in LISTS[key].entries if entry.key == wanted)
    assert item.status is not Standing.ACCEPTED
    assert item.why
    assert item.audience is Audience.STAFF


NOT_FOR_PATIENTS = re.compile(
    r"ivig|immunoglobulin|plasmapheresis|plasma exchange|bevacizumab|bortezomib|lenalidomide"
    r"|thalidomide|melphalan|cyclophosphamide|dexamethasone|predniso|interferon|azathioprin"
    r"|c[iy]closporin|gabapentin|pregabalin|duloxetin|amitriptylin|tramadol|oxycodon|opioid"
    r"|lidocain|erythropoietin|green tea|egcg|lipoic|acetylcystein|curcumin|carnitine|coenzyme"
    r"|omega-3|magnesium|supplement|antioxidant|growth factor injection|platelet-rich|hyaluron"
    r"|secretome|deep brain|graft|sympathetic|curettage|bisphosphon|zoledron|pamidron"
    r"|autoimmune|myeloma|cancer|surviv|life.threaten|life expect|fatal|no cure|autonomic"
    r"|transplant|surgery|operation",
    re.IGNORECASE,
)


@pytest.mark.parametrize(("key", "words"), patient_words())
def test_a_patient_never_reads_what_must_not_be_advice(key: str, words: str) -> None:
    found = NOT_FOR_PATIENTS.search(words)
    assert found is None, f"{key}: {found and found.group(0)}"


def test_when_to_call_has_one_box_for_each_level_a_patient_reads() -> None:
    boxes = [e for e in GUIDANCE if e.kind == "when-to-call" and e.audience is Audience.PATIENT]
    assert [(box.level, len(box.signs)) for box in boxes] == [
        (Urgency.EMERGENCY, 11),
        (Urgency.SAME_DAY, 11),
        (Urgency.WITHIN_7_DAYS, 4),
        (Urgency.NEXT_VISIT, 2),
    ]


def test_the_emergency_box_names_the_number_of_the_country() -> None:
    box = next(entry for entry in GUIDANCE if entry.key == "call-emergency")
    assert box.title.format(emergency_number="112") == "Call 112 now"


def test_all_guidance_is_sourced_and_says_that_nobody_has_signed_it_yet() -> None:
    assert all(entry.sources for entry in GUIDANCE)
    assert {entry.sign_off for entry in GUIDANCE} == {"proposed"}


@pytest.mark.parametrize(
    ("code", "emergency", "advice"),
    [
        ("GB", "999", "111"),
        ("ES", "112", ""),
        ("FR", "15 or 112", ""),
        ("JP", "119", "#7119"),
        ("US", "911", ""),
        ("CA", "911", ""),
        ("MX", "911", ""),
        ("IE", "112", ""),
        ("DE", "112", ""),
    ],
)
def test_a_country_has_its_numbers(code: str, emergency: str, advice: str) -> None:
    country = find_country(code)
    assert country is not None
    assert (country.emergency_words, country.advice_number) == (emergency, advice)


def test_every_country_resolves_and_speaks_a_language() -> None:
    assert all(find_country(code.lower()) for code in load_countries())
    assert all(country.languages for country in load_countries().values())
    assert len(load_countries()) == 7 + 25


def test_deaf_people_in_france_have_a_number_to_text() -> None:
    country = find_country("FR")
    assert country is not None
    assert country.text_number == "114"


def test_an_unlisted_country_is_unknown_and_not_guessed() -> None:
    assert find_country("AQ") is None
