"""One entry for each name: on small tables worked out by hand, and on the real ones against the raw files."""

from __future__ import annotations

import csv
import difflib
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from afpak.analysis import names
from afpak.tables import Inputs, load_inputs

DATA = Path(__file__).resolve().parents[2] / "data"
PAPER = DATA.parents[1] / "shared/reference/paper.txt"
DAY = date(2022, 1, 31)
ORDER = ["introduction", "1.1", "1.2"]
# Persons whom the paper names, and words of their names, in lower case, that tell them from other words.
NAMED = {
    "Baitullah Mehsud": "baitullah", "Hakimullah Mehsud": "hakimullah", "Mullah Fazlullah": "fazlullah",
    "Noor Wali Mehsud": "mehsud", "Faqir Mohammad": "faqir", "Omar Khalid Khorasani": "khorasani",
    "Sheikh Khalid Haqqani": "haqqani", "Khan Said, called Sajna": "sajna", "Shehryar Mehsud": "shehryar",
    "Aslam Farooqi": "farooqi", "Moawiya the Uzbek": "moawiya", "Hafiz Saeed Khan": "orakzai", "Abdul Hasib": "haseeb",
    "Abu Sayed": "bajauri", "Abu Saad Erhabi": "erhabi", "Dawood Mehsud": "dawood", "Shahidullah Shahid": "shahidullah",
    "Benazir Bhutto": "benazir", "Zulfikar Ali Bhutto": "zulfikar", "Naseerullah Babar": "naseerullah",
    "Mohammed Zahir Shah": "zahir", "Mohammed Daud Khan": "daud", "Mohammad Najibullah": "najibullah",
    "Ahmad Shah Massoud": "massoud", "Burhanuddin Rabbani": "rabbani", "Gulbuddin Hekmatyar": "hekmatyar",
    "Ayman al-Zawahiri": "zawahiri", "Abu Bakr al-Baghdadi": "baghdadi", "Zalmay Khalilzad": "khalilzad",
    "Barack Obama": "obama", "Donald Trump": "trump", "Joe Biden": "biden", "Shah Mahmood Qureshi": "qureshi",
    "Zabihullah Mujahid": "zabihullah", "Hamdullah Mukhlis": "hamdan", "Yousaf Mansoor Khorasani": "mansoor",
    "Ihsan Ghani": "ihsan", "Ashraf Ghani": "ghani",
}  # fmt: skip
# Like a word of a name by chance: other persons, places, words, and a province.
OTHERS = {"mehsuds", "zahid", "zaitullah", "mujahideen"}  # fmt: skip


def raw(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def made(inputs: Inputs) -> pd.DataFrame:
    order = list(inputs["sections"].sort_values("order")["section"])
    return names.entries(inputs["organisations"], inputs["subjects"], inputs["leaders"], inputs.as_of, order)


@pytest.fixture(scope="module")
def found(paper) -> pd.DataFrame:
    return made(paper)


def organisations(*rows: dict[str, object]) -> pd.DataFrame:
    blank = {"short": None, "aliases": None, "kind": "faction", "parent": None, "formed": None, "ended": None,
             "fate": None, "paper_sections": None}  # fmt: skip
    columns = ["organisation", "name", *blank]
    return pd.DataFrame([blank | row for row in rows], columns=columns)


def subjects(*rows: dict[str, object]) -> pd.DataFrame:
    blank = {"kind": "person", "short": None, "spellings": None, "meaning": "Somebody", "paper_sections": None}
    return pd.DataFrame([blank | row for row in rows], columns=["subject", "name", *blank])


def leaders(*rows: dict[str, object]) -> pd.DataFrame:
    blank = {"organisation": "ttp", "aliases": None, "role": "Head", "tenure_start": "2010", "tenure_end": None,
             "status": "incumbent", "paper_sections": None}  # fmt: skip
    return pd.DataFrame([blank | row for row in rows], columns=["tenure", "person", *blank])


TTP = {"organisation": "ttp", "name": "Tehreek-e-Taliban Pakistan", "short": "TTP"}


def of(
    organisation: pd.DataFrame | None = None, subject: pd.DataFrame | None = None, leader: pd.DataFrame | None = None
) -> pd.DataFrame:
    tables = [
        organisations(TTP) if organisation is None else organisation,
        subjects() if subject is None else subject,
        leaders() if leader is None else leader,
    ]
    return names.entries(*tables, DAY, ORDER)


def test_a_head_and_a_subject_are_one_entry_by_a_spelling_of_either() -> None:
    table = of(
        subject=subjects({"subject": "fazlullah", "name": "Mullah Fazlullah", "spellings": "Fazalullah | fazalullah"}),
        leader=leaders(
            {"tenure": "b", "person": "Fazalullah", "tenure_start": "2013", "aliases": "Mullah Radio"},
            {"tenure": "a", "person": "Fazalullah", "tenure_start": "2007", "tenure_end": "2013", "status": "ended"},
            {"tenure": "c", "person": "Somebody Else", "status": "unknown"},
        ),
    ).set_index("entry")  # fmt: skip
    assert table.index.tolist() == ["Mullah Fazlullah", "Somebody Else", "Tehreek-e-Taliban Pakistan"]
    one = table.loc["Mullah Fazlullah"]
    assert one["spellings"] == "Fazalullah | Mullah Radio"
    assert one["capitals"] == "fazalullah"
    assert one["offices"] == "TTP: head, 2007 to 2013 | TTP: head, since 2013"
    assert one["rows"] == "subjects: fazlullah | leaders: a | leaders: b"
    assert table.at["Somebody Else", "offices"] == "TTP: head, from 2010, end not known"


def test_a_person_is_never_one_with_a_matter_or_an_organisation() -> None:
    table = of(
        organisations(TTP, {"organisation": "g", "name": "Sajna group", "short": "Sajna faction", "aliases": "Sajna"}),
        subjects(
            {"subject": "sajna", "name": "Sajna"},
            {"subject": "area", "name": "Area of Sajna", "kind": "place", "spellings": "Sajna"},
        ),
    ).set_index("entry")
    assert len(table) == 4
    # A spelling that is another entry's name is that entry's alone.
    assert table["spellings"].tolist() == ["", "", "", ""]
    assert names.resolve(table.reset_index(), "sajna") == "Sajna"


def test_two_rows_of_one_matter_are_one_entry_of_both_kinds() -> None:
    table = of(
        subject=subjects(
            {"subject": "a", "name": "Tribal districts", "kind": "place", "paper_sections": "1.2"},
            {"subject": "b", "name": "FATA", "kind": "term", "spellings": "tribal districts", "paper_sections": "1.1"},
            {"subject": "c", "name": "Attacks in FATA", "kind": "event", "spellings": "FATA"},
        )
    ).set_index("entry")
    assert table.index.tolist() == ["Tehreek-e-Taliban Pakistan", "Tribal districts"]
    assert table.at["Tribal districts", "kind"] == "place | term"
    assert table.at["Tribal districts", "sections"] == "1.1 | 1.2"


def test_a_row_that_could_be_either_of_two_entries_is_refused() -> None:
    two = subjects(
        {"subject": "a", "name": "Noor Wali", "spellings": "Mehsud"},
        {"subject": "b", "name": "Dawood", "spellings": "Mehsud"},
    )
    with pytest.raises(names.AmbiguousNameError, match="leaders: x: Mehsud could be subjects: a or subjects: b"):
        of(subject=two, leader=leaders({"tenure": "x", "person": "Mehsud"}))


def test_a_name_of_two_entries_is_refused() -> None:
    with pytest.raises(names.AmbiguousNameError, match="organisations: b"):
        of(organisations({"organisation": "a", "name": "JuA"}, {"organisation": "b", "name": "Other", "short": "jua"}))
    with pytest.raises(names.AmbiguousNameError, match="organisations: ttp and subjects: x"):
        of(subject=subjects({"subject": "x", "name": "ttp", "kind": "term"}))


def test_a_spelling_of_two_entries_leads_to_neither() -> None:
    table = of(
        subject=subjects(
            {"subject": "a", "name": "Noor Wali", "spellings": "Mehsud | Mufti"},
            {"subject": "b", "name": "Dawood", "spellings": "mehsud"},
        )
    )
    told = names.shared(table)
    assert told.to_dict("records") == [{"spelling": "mehsud", "entries": "Dawood | Noor Wali", "number": 2}]
    assert names.resolve(table, "MUFTI") == "Noor Wali"
    with pytest.raises(names.AmbiguousNameError, match="Dawood and Noor Wali"):
        names.resolve(table, "Mehsud")
    with pytest.raises(KeyError):
        names.resolve(table, "Nobody")
    assert names.words(table) == {"Dawood": ["Dawood"], "Noor Wali": ["Noor Wali", "Mufti"],
                                  "Tehreek-e-Taliban Pakistan": ["Tehreek-e-Taliban Pakistan", "TTP"]}  # fmt: skip


def test_no_spelling_is_no_table_but_an_empty_one() -> None:
    assert names.shared(of()).empty
    assert names.variants(of()).columns.tolist() == ["entry", "kind", "ways", "number"]


def test_organisations_tell_where_they_come_from_and_what_became_of_them() -> None:
    split = {"organisation": "jua", "name": "Jamaat", "short": "JuA", "parent": "ttp", "formed": "2014-08",
             "ended": "2020", "fate": "Went back in 2020; split in 2023"}  # fmt: skip
    table = of(organisations(TTP, split)).set_index("entry")
    assert table.at["Jamaat", "meaning"] == (
        "Belongs to or came out of TTP; formed 2014-08; ended 2020. Went back in 2020"
    )
    assert table.at["Jamaat", "kind"] == "organisation | faction"


@pytest.mark.parametrize(
    ("text", "day", "kept"),
    [
        ("Head since 2018; killed in June 2020", "2020-06-29", "Head since 2018"),
        ("Head since 2018; killed in June 2020", "2020-06-30", "Head since 2018; killed in June 2020"),
        ("left on 15 August 2021", "2021-08-14", ""),
        ("left on 15 August 2021", "2021-08-15", "Left on 15 August 2021"),
        ("in power since 2021; a council", "2020-12-31", "A council"),
        ("died 2018-06-13", "2018-06-12", ""),
        ("died 2018-06-13", "2018-06-13", "Died 2018-06-13"),
        ("twice in the 1990s; 20,000 men", "1980-01-01", "Twice in the 1990s; 20,000 men"),
    ],
)
def test_clauses_about_a_later_time_are_left_out(text, day, kept) -> None:
    assert names.up_to(text, date.fromisoformat(day)) == kept


@pytest.mark.parametrize("text", ["TTP", "IS-K", "LeJ", "LeJA", "CTDs", "JuA", "TTP-JA", "US", "ISIL-K"])
def test_capitals_that_stand_for_words_are_an_abbreviation(text) -> None:
    assert names.is_abbreviation(text)


@pytest.mark.parametrize("text", ["Al-Qaeda", "IS-Khorasan", "Z. A. Bhutto", "Emir", "A", "Bin Laden", "IS Pakistan"])
def test_other_names_are_none(text) -> None:
    assert not names.is_abbreviation(text)


def test_only_words_that_can_mean_nothing_else_are_linked() -> None:
    table = of(
        organisations(
            TTP | {"aliases": "US | Ghani government | Taliban Movement of Pakistan"},
            {"organisation": "i", "name": "Iran", "kind": "state"},
            {"organisation": "r", "name": "Republic", "kind": "state", "fate": "Fell"},
        ),
        subjects(
            {"subject": "a", "name": "Ground offensive", "kind": "operation", "short": "ground war",
             "spellings": "Sweeps | sweeping | the fight | ground offensive | Fight of FATA"},
            {"subject": "b", "name": "Benazir Bhutto"},
            {"subject": "c", "name": "Zulfikar Bhutto", "spellings": "Bhutto | Zulfiqar"},
            {"subject": "d", "name": "Surge", "kind": "term", "spellings": "9/11"},
        ),
    )  # fmt: skip
    assert names.words(table) == {
        "Benazir Bhutto": ["Benazir Bhutto"],
        "Ground offensive": ["Ground offensive", "ground war", "Fight of FATA", "ground offensive"],
        "Iran": [],
        "Republic": ["Republic"],
        "Surge": [],
        "Tehreek-e-Taliban Pakistan": ["Tehreek-e-Taliban Pakistan", "TTP", "Taliban Movement of Pakistan"],
        "Zulfikar Bhutto": ["Zulfikar Bhutto", "Zulfiqar"],
    }


@pytest.mark.parametrize(
    ("spellings", "ways"),
    [
        ("Fazlullah | Mullah Fazalullah", ["Fazlullah | Fazalullah"]),
        ("Moawiya | Mauvia Uzbek | Moavia Uzbeki", ["Moawiya | Mauvia | Moavia"]),
        ("Tehreek-e-Khilafat | Tehrik-e-Khalifat", ["Tehreek | Tehrik", "Khilafat | Khalifat"]),
        ("Massoud | Masoud | MASOUD", ["Massoud | Masoud"]),
        ("Zulfikar | Zulfiqar", ["Zulfikar | Zulfiqar"]),
        ("Sheikh Khalid | Shaikh Khalid | Mullah Khalid | Maulvi Khalid", []),
        ("Abdul | Abu | IS | ISA", []),
    ],
)
def test_words_alike_in_their_consonants_are_one_word(spellings, ways) -> None:
    table = of(subject=subjects({"subject": "a", "name": "X", "spellings": spellings}))
    told = names.variants(table)
    assert told["ways"].tolist() == ways
    assert told["number"].tolist() == [way.count("|") + 1 for way in ways]


def test_ways_are_counted_without_abbreviations_and_whatever_their_capitals() -> None:
    table = of(organisations(TTP | {"aliases": "Pakistani Taliban | PAKISTANI TALIBAN | TTPs"}))
    told = names.counted(table).iloc[0]
    assert (told["number"], told["spellings"]) == (2, "Tehreek-e-Taliban Pakistan | Pakistani Taliban")
    assert names.abbreviations(table)["abbreviation"].tolist() == ["TTP", "TTPs"]


# The real tables


@pytest.mark.parametrize("day", ["2022-01-31", "2026-11-22", "2020-12-31"])
def test_every_organisation_subject_and_person_has_exactly_one_entry(day) -> None:
    inputs = load_inputs(day, DATA)
    table = made(inputs)
    assert table["entry"].is_unique
    rows = [row for cell in table["rows"] for row in cell.split(" | ")]
    wanted = [f"organisations: {one}" for one in inputs["organisations"]["organisation"]]
    wanted += [f"subjects: {row.subject}" for row in inputs["subjects"].itertuples() if row.kind != "event"]
    wanted += [f"leaders: {one}" for one in inputs["leaders"]["tenure"]]
    assert sorted(rows) == sorted(wanted)
    for row in inputs["leaders"].itertuples():
        assert f"leaders: {row.tenure}" in table.set_index("entry").at[names.resolve(table, row.person), "rows"]


def test_every_spelling_of_the_raw_files_leads_to_one_entry_or_is_told_apart(latest) -> None:
    table = made(latest)
    told_apart = set(names.shared(table)["spelling"].str.casefold())
    # Each is a word for both: the surname of two heads. What else comes here is to be told apart in the tables.
    assert "mehsud" in told_apart
    by_row = {
        row: entry for entry, cell in zip(table["entry"], table["rows"], strict=True) for row in cell.split(" | ")
    }
    own = {text.casefold() for row in table.itertuples() for text in (row.entry, row.short) if text}
    for name, key, others in (
        ("organisations", "organisation", "aliases"), ("subjects", "subject", "spellings"),
        ("leaders", "tenure", "aliases"),
    ):  # fmt: skip
        for row in raw(f"record/{name}.csv"):
            if row.get("kind") == "event":
                continue
            for text in filter(
                None, [row.get("name") or row.get("person"), row.get("short"), *row[others].split(" | ")]
            ):
                if text.casefold() in told_apart:
                    with pytest.raises(names.AmbiguousNameError):
                        names.resolve(table, text)
                elif text.casefold() not in own:
                    assert names.resolve(table, text) == by_row[f"{name}: {row[key]}"]


@pytest.mark.parametrize(
    "spellings",
    [
        ("Fazalullah", "Mullah Fazlullah", "Fazlullah"),
        ("Hakeemullah Mehsud", "Hakimullah Mehsud"),
        ("Mauvia Uzbeki", "Moavia Uzbeki", "Moavia", "Moawiya"),
        ("Wilayat", "Walayat", "Wilayas"),
        ("Ahmad Shah Masoud", "Ahmad Shah Massoud"),
        ("Tehreek-e-Khilafat Pakistan", "Tehreek-e-Khalifat Pakistan"),
        ("Khalid Mehsud alias Sajna", "Khan Said Sajna", "Sajna"),
        ("Tehreek e Taliban Pakistan", "Tehreel-e-Taliban Pakistan", "TTP"),
        ("Lashkar e Jhangvi", "Lashkar-e-Jhangvi", "LeJ"),
        ("Najeebullah", "Mohammad Najibullah"),
        ("Khalid Haqqani", "Sheikh Khalid Haqqani"),
    ],
)
def test_the_papers_ways_of_writing_a_name_lead_to_one_entry(spellings, found) -> None:
    assert len({names.resolve(found, spelling) for spelling in spellings}) == 1


def test_the_papers_list_of_acronyms_is_among_the_abbreviations() -> None:
    listed = {"ANDSF", "GWOT", "EIA", "ETIM", "IMU", "IJU", "IS-K", "ISIS", "LeJ", "NDS", "TTP", "TNSM"}
    for day in ("2020-12-31", "2022-01-31", "2026-11-22"):
        assert listed <= set(names.abbreviations(made(load_inputs(day, DATA)))["abbreviation"])


def test_nothing_is_linked_that_leads_to_two_entries_or_is_too_short(found) -> None:
    linked = [(word, entry) for entry, texts in names.words(found).items() for word in texts]
    assert len({word for word, _ in linked}) == len(linked)
    for word, entry in linked:
        assert names.resolve(found, word) == entry
        assert sum(letter.isalpha() for letter in word) >= 3
    assert {"Mehsud", "Bhutto", "US", "IS", "kinetic", "emir", "surge", "Sweeps", "Pakistan"}.isdisjoint(dict(linked))
    assert {"TTP", "IS-K", "Fazalullah", "Taliban", "Durand Line", "drone strike"} <= dict(linked).keys()


def test_no_entry_tells_of_a_time_after_the_edition() -> None:
    for day in ("2020-12-31", "2022-01-31"):
        table = made(load_inputs(day, DATA))
        told = " ".join(table["meaning"]) + " ".join(table["offices"])
        assert {year for year in re.findall(r"\b(?:19|20)\d\d\b", told) if year > day[:4]} == set()


def unknown(text: str, found: pd.DataFrame) -> dict[str, str]:
    """Capitalised words of a text that resemble a word of a person's name and are none of any entry's words."""
    every = " ".join([*found["entry"], *found["short"], *found["spellings"], *found["capitals"], *found["shared"]])
    known = {word.casefold() for word in re.findall(r"[^\W\d_]+", every)} | OTHERS
    missing = {}
    for word in {one.casefold() for one in re.findall(r"\b[A-Z][^\W\d_]{3,}", text)} - known:
        for person, telling in NAMED.items():
            if difflib.SequenceMatcher(None, word, telling).ratio() >= 0.8:
                missing[word] = person
    return missing


def test_the_persons_named_are_entries_and_a_missing_spelling_would_be_found(found) -> None:
    assert set(NAMED) <= set(found["entry"])
    assert unknown("Fazlulah spoke of Hakemullah Mehsud and Fazlullah", found) == {
        "fazlulah": "Mullah Fazlullah", "hakemullah": "Hakimullah Mehsud",
    }  # fmt: skip


def test_no_spelling_of_references_and_claims_is_missing(found) -> None:
    text = "\n".join(
        cell
        for name, columns in (("references", ("title", "note")), ("claims", ("text", "stated")))
        for row in raw(f"paper/{name}.csv")
        for cell in (row[column] for column in columns)
    )
    assert unknown(text, found) == {}


def test_no_spelling_of_the_papers_text_is_missing(found) -> None:
    if not PAPER.is_file():
        pytest.skip("the paper's text lies outside the repository and is not here")
    text = re.sub(r"https?://\S+", " ", PAPER.read_text(encoding="utf-8"))
    assert unknown(text, found) == {}
