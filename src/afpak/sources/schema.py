"""The event table: what an imported file becomes, column by column. Absent stays absent; a blank is never zero."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One column of the event table: its DuckDB type, its meaning and its unit."""

    name: str
    type: str
    meaning: str
    unit: str = ""


EVENT_FIELDS = (
    Field("event_id", "VARCHAR", "Provider and the provider's own number of the event"),
    Field("source", "VARCHAR", "Provider: ucdp, acled, gtd, or the name given in a mapping"),
    Field("source_version", "VARCHAR", "Version of the provider's data, as in the file's name or as given"),
    Field("release_kind", "VARCHAR", "final or candidate; blank where the provider makes no difference"),
    Field("published", "DATE", "Day by which the row was public in this form"),
    Field("year", "INTEGER", "Calendar year under which the provider files the event"),
    Field("date_start", "DATE", "First day that the event may have happened on"),
    Field("date_end", "DATE", "Last day that the event may have happened on"),
    Field("date_precision", "VARCHAR", "How well the date is known: day, days, week, month or year"),
    Field("country", "VARCHAR", "Country, as given"),
    Field("adm1", "VARCHAR", "First-level division by its name since 2018; blank if not known"),
    Field("adm1_given", "VARCHAR", "First-level division, as given"),
    Field("adm2", "VARCHAR", "Second-level division by its name since 2018; blank if not known"),
    Field("adm2_given", "VARCHAR", "Second-level division, as given"),
    Field("place", "VARCHAR", "Row of the table of places that the first-level division is"),
    Field("latitude", "DOUBLE", "Latitude", "degrees"),
    Field("longitude", "DOUBLE", "Longitude", "degrees"),
    Field(
        "place_precision",
        "VARCHAR",
        "How well the place is known: exact, near, second-level division, first-level division, part of the country, "
        "country, sea or air; blank if the provider does not say",
    ),
    Field("actor1", "VARCHAR", "First actor, as given; for UCDP and ACLED not the attacker by that alone"),
    Field("actor2", "VARCHAR", "Second actor, as given"),
    Field("actor3", "VARCHAR", "Third actor, as given"),
    Field("associates", "VARCHAR", "Further actors beside these, as given, separated by ;"),
    Field("organisation1", "VARCHAR", "The first actor's row of the table of organisations, if it has one"),
    Field("organisation2", "VARCHAR", "The second actor's"),
    Field("organisation3", "VARCHAR", "The third actor's"),
    Field("groups", "VARCHAR[]", "Armed organisations that are no state and take part, each once"),
    Field("unattributed", "BOOLEAN", "Whether an actor is a placeholder that names nobody, and no group is named"),
    Field("militant", "BOOLEAN", "Whether an armed organisation that is no state fights a state or attacks civilians"),
    Field("target", "VARCHAR", "Who or what was attacked, where the provider says so"),
    Field("event_type", "VARCHAR", "Type of event, in the provider's words"),
    Field("deaths_best", "DOUBLE", "Best estimate of deaths of all sides", "deaths"),
    Field("deaths_low", "DOUBLE", "Low estimate", "deaths"),
    Field("deaths_high", "DOUBLE", "High estimate", "deaths"),
    Field("deaths_civilian", "DOUBLE", "Deaths of civilians", "deaths"),
    Field("injured", "DOUBLE", "Injured people", "people"),
    Field("suicide", "BOOLEAN", "Whether it was a suicide attack; blank if the provider does not record it"),
    Field("doubt", "BOOLEAN", "Whether the provider marks the event as doubtful; blank if it does not say"),
    Field("flags", "VARCHAR[]", "What is odd about the row: kept as it is, and said"),
    Field("source_text", "VARCHAR", "What the provider says of its sources"),
)

PROVIDERS = ("ucdp", "acled", "gtd")
DATE_PRECISIONS = ("day", "days", "week", "month", "year")
PLACE_PRECISIONS = (
    "exact",
    "near",
    "second-level division",
    "first-level division",
    "part of the country",
    "country",
    "sea or air",
)
