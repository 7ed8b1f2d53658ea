"""The triggers and statements that keep the sums by day (see `schema_days`), as SQLite writes them."""

from lib.store.schema_days import ALL, TAGGED

PARTS = "created_by, model_id, resolution, sku, outcome, basis"
SIGN = "CASE kind WHEN 'charge' THEN 1 ELSE -1 END"
INSERT = f"INSERT INTO charge_day (origin, tag_id, day, {PARTS}, lines, quantity, amount_micros)"
ADDED = (
    f" ON CONFLICT (origin, tag_id, day, {PARTS}) DO UPDATE SET lines = lines + excluded.lines,"
    " quantity = quantity + excluded.quantity,"
    " amount_micros = amount_micros + excluded.amount_micros"
)


def day_of(moment: str) -> str:
    """SQL: when the day of a moment begins; NULL before the first day, or without a zone."""
    return f"(SELECT max(start) FROM report_day WHERE start <= {moment})"


def _tags_of_new_line() -> str:
    of_run = "FROM run_tag WHERE no = (SELECT no FROM run_index WHERE run_id = NEW.run_id)"
    return (
        f"SELECT {ALL} AS tag_id UNION ALL SELECT tag_id {of_run}"
        f" UNION ALL SELECT {TAGGED} WHERE EXISTS (SELECT 1 {of_run})"
    )


def _lines_of(tagged: str, sign: str) -> str:
    """SQL: what the lines of a run add to a tag that it gets, or take from one that it loses.

    They count as tagged with its first tag, and no more without its last one.
    """
    others = f"SELECT 1 FROM run_tag WHERE no = {tagged}.no AND tag_id != {tagged}.tag_id"
    tags = f"SELECT {tagged}.tag_id AS tag_id UNION ALL SELECT {TAGGED} WHERE NOT EXISTS ({others})"
    return (
        f"{INSERT} SELECT origin, tag.tag_id, {day_of('counts_at')} AS day, {PARTS},"
        f" {sign} sum({SIGN}), {sign} sum(quantity), {sign} sum(amount_micros)"
        f" FROM charge_line CROSS JOIN ({tags}) AS tag"
        f" WHERE run_id = (SELECT run_id FROM run_index WHERE no = {tagged}.no)"
        f" AND {day_of('counts_at')} IS NOT NULL"
        f" GROUP BY origin, tag.tag_id, day, {PARTS}{ADDED}"
    )


STATEMENTS = (
    "CREATE TRIGGER charge_line_counts_in_its_day AFTER INSERT ON charge_line BEGIN"
    f" {INSERT} SELECT NEW.origin, tag.tag_id, start, NEW.created_by, NEW.model_id,"
    f" NEW.resolution, NEW.sku, NEW.outcome, NEW.basis, {SIGN.replace('kind', 'NEW.kind')},"
    f" NEW.quantity, NEW.amount_micros FROM ({_tags_of_new_line()}) AS tag"
    f" CROSS JOIN (SELECT {day_of('NEW.counts_at')} AS start) WHERE start IS NOT NULL{ADDED}; END",
    "CREATE TRIGGER run_tag_counts_by_day AFTER INSERT ON run_tag BEGIN"
    f" {_lines_of('NEW', '')}; END",
    "CREATE TRIGGER run_tag_counts_no_more AFTER DELETE ON run_tag BEGIN"
    f" {_lines_of('OLD', '-')}; END",
)

FILL_DAYS = (
    f"{INSERT} SELECT origin, {ALL}, {day_of('slot')} AS day, {PARTS}, sum(lines), sum(quantity),"
    f" sum(amount_micros) FROM charge_rollup WHERE {day_of('slot')} IS NOT NULL"
    f" GROUP BY origin, day, {PARTS}"
)
"""SQL: all sums that are of no tag, from the quarters of an hour; days begin with one."""
FILL_TAGS = (
    f"{INSERT} SELECT origin, tag_id, {day_of('counts_at')} AS day, {PARTS}, sum({SIGN}),"
    " sum(quantity), sum(amount_micros)"
    " FROM (SELECT tag_id, run_id AS tagged_id FROM (SELECT no, tag_id FROM run_tag"
    f" UNION ALL SELECT DISTINCT no, {TAGGED} FROM run_tag) CROSS JOIN run_index USING (no))"
    " CROSS JOIN charge_line ON run_id = tagged_id"
    f" WHERE {day_of('counts_at')} IS NOT NULL GROUP BY origin, tag_id, day, {PARTS}"
)
"""SQL: the sums of every tag, from the lines."""
