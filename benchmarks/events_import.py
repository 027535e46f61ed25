"""How fast, and in how much memory, an event file is imported, beside plain pandas in the same run.

Run it from the project's folder, best on a machine with nothing else to do:

    .venv/bin/python benchmarks/events_import.py --rows 5000000

It writes a made-up file of UCDP's layout with the size of a global one and more, imports it with `afpak.sources`, and
does the same with pandas as one would write it by hand: read, strip, check, name, flag, sort, sum. Each runs in a
process of its own, whose peak memory is the operating system's. pandas is timed twice: without writing anything, and
with writing its table as CSV (it needs a further library for Parquet).
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

HEADER = [
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id",
    "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a",
    "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office",
    "source_date", "source_headline", "source_original", "where_prec", "where_coordinates", "where_description",
    "adm_1", "adm_2", "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region",
    "event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians",
    "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob",
]  # fmt: skip
SIDES = ["TTP", "IS", "Taleban", "BLA", "XXX770", *(f"Group {n}" for n in range(300))]
COUNTRIES = ["Pakistan", "Afghanistan", *(f"Country {n}" for n in range(120))]
DIVISIONS = ["Khyber Pakhtunkwa province", "Hilmand province", *(f"Division {n} province" for n in range(900))]
DEATHS = ("best", "low", "high", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")


def write_file(path: Path, rows: int) -> None:
    """Write a made-up file, the same for the same number of rows."""
    chance = random.Random(20260101)
    first = date(1989, 1, 1)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(HEADER) + "\n")
        for start in range(0, rows, 10_000):
            block = io.StringIO(newline="")
            writer = csv.writer(block, lineterminator="\n")
            for number in range(start + 1, min(start + 10_000, rows) + 1):
                day = first + timedelta(days=chance.randrange(13_000))
                country, side = chance.choice(COUNTRIES), chance.choice(SIDES)
                a, b, c, d = (chance.randrange(6) for _ in range(4))
                best = a + b + c + d
                # Sources differ from event to event, as the real ones do.
                told = f"Agency {chance.getrandbits(64):x},{day},{chance.getrandbits(800):x}"
                text = f'"{told}";"{chance.getrandbits(200):x}"'
                government = f"Government of {country}"
                writer.writerow(
                    [
                        number, f"X-{day.year}-1-{number}", day.year, 1, "Clear", chance.choice((1, 1, 2, 3)), 1, 1,
                        f"{country}: Government", 1, 1, f"{government} - {side}", 1, 1, government, 2, 2, side, 2, text,
                        "Agency", f"{day}", "A headline of some length for the event", "police", chance.randint(1, 6),
                        "A town", "A town in a district of the province", chance.choice(DIVISIONS), "Some district",
                        round(chance.uniform(24, 38), 6), round(chance.uniform(60, 77), 6), "POINT (70.0 33.0)",
                        180_000, country, 770, "Asia", chance.randint(1, 2), 1, f"{day} 00:00:00.000",
                        f"{day} 00:00:00.000", a, b, c, d, best, best + chance.randrange(3), max(best - 1, 0), 770, "",
                    ]
                )  # fmt: skip
            file.write(block.getvalue())


def names() -> object:
    """A few names, so that joins have something to find."""
    import pandas as pd

    from afpak.sources.names import Names

    actors = pd.DataFrame(
        [("ucdp", side, None, None, None, side.lower(), "organisation") for side in SIDES[:4]],
        columns=["provider", "actor", "country", "since", "until", "organisation", "kind"],
    )
    places = pd.DataFrame(
        [
            ("Pakistan", "khyber pakhtunkwa", "pk-kp", "Khyber Pakhtunkhwa"),
            ("Afghanistan", "hilmand", "af-hel", "Helmand"),
        ],
        columns=["country", "spelling", "place", "name"],
    )
    return Names(actors, places, pd.DataFrame(columns=["country", "spelling", "name", "place"]), {})


def ours(path: Path, out: Path, memory: str) -> dict[str, float]:
    """Import with the project's importer; sums by year to compare."""
    from afpak.sources.imports import Options, import_events

    summary = import_events([path], out / "events.parquet", names(), Options(today="2026-01-01", memory=memory))
    return {"events": summary.events, "deaths": sum(one.deaths_best or 0 for one in summary.years)}


def theirs(path: Path, out: Path, write: bool) -> dict[str, float]:
    """The same with pandas: read, strip, check, name, flag, sort, sum, and write if asked."""
    import pandas as pd

    known = names()
    frame = pd.read_csv(path)
    for column in frame.select_dtypes(object).columns:
        frame[column] = frame[column].str.strip()
    for column in ("date_start", "date_end"):
        frame[column] = pd.to_datetime(frame[column], errors="coerce")
    wrong = frame["id"].isna() | frame["date_start"].isna() | frame["date_end"].isna()
    wrong |= ~frame["type_of_violence"].isin([1, 2, 3]) | ~frame["date_prec"].isin([1, 2, 3, 4, 5])
    wrong |= ~frame["where_prec"].isin(range(1, 8)) | ~frame["latitude"].between(-90, 90)
    for column in DEATHS:
        wrong |= pd.to_numeric(frame[column], errors="coerce").isna() | (frame[column] < 0)
    frame = frame[~wrong & ~frame.duplicated("id")]
    organisations = known.actors.set_index("actor")["organisation"]
    for side in ("side_a", "side_b"):
        frame[f"{side}_organisation"] = frame[side].map(organisations)
    spelling = frame["adm_1"].str.replace(r"(?i)\s+(province|territory)$", "", regex=True).str.lower()
    frame = frame.assign(spelling=spelling).merge(known.places, on=["country", "spelling"], how="left")
    states = [frame[side].str.startswith("Government of ") for side in ("side_a", "side_b")]
    frame["militant"] = (frame["type_of_violence"].eq(1) & (states[0] ^ states[1])) | (
        frame["type_of_violence"].eq(3) & ~states[0]
    )
    frame["low_above_best"] = frame["low"] > frame["best"]
    frame["best_above_high"] = frame["best"] > frame["high"]
    frame["parts_differ"] = frame[list(DEATHS[3:])].sum(axis=1) != frame["best"]
    frame = frame.sort_values(["date_start", "id"])
    sums = frame.groupby(["year", "country"])["best"].agg(["size", "sum"])
    if write:
        frame.to_csv(out / "events.csv", index=False)
    return {"events": int(sums["size"].sum()), "deaths": float(sums["sum"].sum())}


def main() -> None:
    """Write the file, run each in a process of its own, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--memory", default="1GB", help="what the importer may use")
    parser.add_argument("--keep", type=Path, help="folder for the file, to use it again")
    parser.add_argument("--one", choices=["afpak", "pandas", "pandas, writing"], help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        begun = time.perf_counter()
        with tempfile.TemporaryDirectory(dir=chosen.file.parent) as out:
            if chosen.one == "afpak":
                result = ours(chosen.file, Path(out), chosen.memory)
            else:
                result = theirs(chosen.file, Path(out), chosen.one != "pandas")
        result["seconds"] = time.perf_counter() - begun
        result["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(json.dumps(result))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.keep or Path(scratch)
        path = folder / f"GEDEvent_v26_1-{chosen.rows}.csv"
        if not path.exists():
            write_file(path, chosen.rows)
        sys.stdout.write(f"{chosen.rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB\n")
        figures = {}
        for name in ("afpak", "pandas", "pandas, writing"):
            command = [sys.executable, __file__, "--one", name, "--file", str(path), "--memory", chosen.memory]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.stdout.write(f"{name:<16} failed: {(done.stderr.strip().splitlines() or ['killed'])[-1]}\n")
                continue
            figures[name] = one = json.loads(done.stdout)
            sys.stdout.write(
                f"{name:<16} {one['seconds']:8.1f} s {chosen.rows / one['seconds']:12,.0f} rows/s "
                f"{one['megabytes']:10,.0f} MB peak   {one['events']:,} events, {one['deaths']:,.0f} deaths\n"
            )
        for name in ("pandas", "pandas, writing"):
            if {"afpak", name} <= set(figures):
                speed = figures[name]["seconds"] / figures["afpak"]["seconds"]
                memory = figures["afpak"]["megabytes"] / figures[name]["megabytes"]
                sys.stdout.write(f"beside {name}: {speed:.1f} times its speed at {memory:.2f} of its memory\n")


if __name__ == "__main__":
    main()
