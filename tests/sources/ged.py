"""Rows of UCDP's layout, made up; and the real files, where they lie beside the repository."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from afpak.sources.imports import Options, import_events
from afpak.sources.names import Names, Release
from afpak.sources.summary import Summary

SHARED = Path(__file__).parents[3] / "shared"
REAL = SHARED / "data"
GED = REAL / "ucdp_ged_22_1_pakistan_hdx.csv"
CANDIDATE = REAL / "ucdp_candidate_2021_afghanistan_pakistan.csv"

# As UCDP names them, in its order: written down here from the codebook, not taken from the package.
HEADER = [
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id",
    "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a",
    "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office",
    "source_date", "source_headline", "source_original", "where_prec", "where_coordinates", "where_description",
    "adm_1", "adm_2", "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region",
    "event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians",
    "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob",
]  # fmt: skip
USUAL = {
    "year": "2021",
    "active_year": "1",
    "code_status": "Clear",
    "type_of_violence": "1",
    "side_a": "Government of Pakistan",
    "side_b": "TTP",
    "number_of_sources": "1",
    "source_article": "A paper, 2021-03-02",
    "where_prec": "1",
    "adm_1": "Khyber Pakhtunkwa province",
    "adm_2": "Bannu district",
    "latitude": "33.0",
    "longitude": "70.6",
    "country": "Pakistan",
    "country_id": "770",
    "region": "Asia",
    "event_clarity": "1",
    "date_prec": "1",
    "date_start": "2021-03-01 00:00:00.000",
    "date_end": "2021-03-01 00:00:00.000",
    "deaths_a": "1",
    "deaths_b": "2",
    "deaths_civilians": "0",
    "deaths_unknown": "0",
    "best": "3",
    "high": "4",
    "low": "2",
}
NAMES = Names(
    actors=pd.DataFrame(
        [
            ("ucdp", "TTP", None, None, None, "ttp", "organisation"),
            ("ucdp", "IS", "Pakistan", None, None, "is-k", "organisation"),
            ("ucdp", "Taleban", None, None, None, "afghan-taliban", "organisation"),
            ("ucdp", "XXX770", None, None, None, None, "unattributed"),
            ("ucdp", "Civilians", None, None, None, None, "civilians"),
            ("ucdp", "Government of Pakistan", None, None, None, "pakistan", "state"),
            ("ucdp", "Government of Afghanistan", None, None, "2021-08-14", "afghan-republic", "state"),
            ("ucdp", "Government of Afghanistan", None, "2021-08-15", None, "afghan-taliban", "state"),
        ],
        columns=["provider", "actor", "country", "since", "until", "organisation", "kind"],
    ),
    places=pd.DataFrame(
        [
            ("Pakistan", "khyber pakhtunkwa", "pk-kp", "Khyber Pakhtunkhwa"),
            ("Pakistan", "federally administered tribal areas", "pk-kp", "Khyber Pakhtunkhwa"),
            ("Pakistan", "balochistan", "pk-ba", "Balochistan"),
            ("Afghanistan", "hilmand", "af-hel", "Helmand"),
        ],
        columns=["country", "spelling", "place", "name"],
    ),
    districts=pd.DataFrame(
        [("Pakistan", "fr kohat", "Kohat", "pk-kp"), ("Pakistan", "khyber agency", "Khyber", "pk-kp")],
        columns=["country", "spelling", "name", "place"],
    ),
    releases={("ucdp", "25.1"): Release("2025-06-30", "1989-01-01", "2024-12-31")},
)


def row(number: int, **cells: str) -> dict[str, str]:
    """A row of the 49-column layout; cells that are not given are the usual ones, or blank."""
    return dict.fromkeys(HEADER, "") | USUAL | {"id": str(number), "relid": f"PAK-2021-1-{number}"} | cells


def written(
    path: Path,
    rows: Sequence[Mapping[str, str]],
    header: Sequence[str] = HEADER,
    separator: str = ",",
    ending: str = "\r\n",
    encoding: str = "utf-8",
    trailing: bool = False,
) -> Path:
    """Write a file; ``trailing`` puts one field more in every data row than the header names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=separator, lineterminator=ending)
        writer.writerow(header)
        writer.writerows([*(one[name] for name in header), *([""] if trailing else [])] for one in rows)
    return path


def imported(files: Path | Sequence[Path], names: Names = NAMES, **options: Any) -> tuple[Summary, pd.DataFrame]:
    """Import files into a table beside the first; return the summary and the table."""
    files = [files] if isinstance(files, Path) else list(files)
    output = files[0].parent / "out" / "events.parquet" if files[0].parent != REAL else options.pop("output")
    summary = import_events(files, output, names, Options(today="2026-11-25", **options))
    with duckdb.connect() as con:
        frame = con.execute(f"SELECT * FROM read_parquet('{output}')").df()
    return summary, frame


def raw(path: Path) -> list[dict[str, str]]:
    """A real file as the csv module reads it, without its row of tags."""
    with path.open(encoding="utf-8", newline="") as file:
        return [one for one in csv.DictReader(file) if not one["year"].startswith("#")]
