"""The triggers that keep the books of money, as SQLite writes them.

They are made anew by the last version that changed them; those of the lines, by 0012.
"""

SLOT_MS = 15 * 60 * 1000

STANDING = "SELECT sum(CASE kind WHEN 'charge' THEN 1 ELSE -1 END) FROM charge_line"

OF_LINES = (
    "CREATE TRIGGER charge_line_stays BEFORE UPDATE ON charge_line BEGIN"
    " SELECT RAISE(ABORT, 'a charge line is never changed: reverse it'); END",
    "CREATE TRIGGER charge_line_is_kept BEFORE DELETE ON charge_line BEGIN"
    " SELECT RAISE(ABORT, 'a charge line is never deleted: reverse it'); END",
    # What the API charged once stands once, whichever run says so.
    "CREATE TRIGGER charge_line_once BEFORE INSERT ON charge_line WHEN NEW.kind = 'charge' BEGIN"
    " SELECT RAISE(ABORT, 'charged already: reverse that line first')"
    f" WHERE ({STANDING} WHERE origin = NEW.origin AND charged_as = NEW.charged_as"
    " AND sku = NEW.sku) > 0; END",
    "CREATE TRIGGER charge_line_rolls_up AFTER INSERT ON charge_line BEGIN"
    " INSERT INTO charge_rollup (origin, slot, created_by, model_id, resolution, sku, outcome,"
    " basis, lines, quantity, amount_micros)"
    f" VALUES (NEW.origin, NEW.counts_at - NEW.counts_at % {SLOT_MS}, NEW.created_by,"
    " NEW.model_id, NEW.resolution, NEW.sku, NEW.outcome, NEW.basis,"
    " CASE NEW.kind WHEN 'charge' THEN 1 ELSE -1 END, NEW.quantity, NEW.amount_micros)"
    " ON CONFLICT (origin, slot, created_by, model_id, resolution, sku, outcome, basis)"
    " DO UPDATE SET lines = lines + excluded.lines, quantity = quantity + excluded.quantity,"
    " amount_micros = amount_micros + excluded.amount_micros; END",
)

OF_MONTHS = (
    "CREATE TRIGGER charge_line_of_an_open_month BEFORE INSERT ON charge_line BEGIN"
    " SELECT RAISE(ABORT, 'that month is closed: it counts in an open one') FROM closed_month"
    " WHERE origin = NEW.origin AND from_ms <= NEW.counts_at AND NEW.counts_at < to_ms; END",
    *(
        f"CREATE TRIGGER closed_month_no_{action.lower()} BEFORE {action} ON closed_month"
        " BEGIN SELECT RAISE(ABORT, 'a closed month stays as it is'); END"
        for action in ("UPDATE", "DELETE")
    ),
)

OF_PRICES = (
    # A price that runs may have been made under stays as it was.
    "CREATE TRIGGER price_version_stays BEFORE UPDATE ON price_version"
    " WHEN OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL"
    " OR NEW.withdrawn_at >= OLD.effective_from OR NEW.id != OLD.id"
    " OR NEW.model_id != OLD.model_id OR NEW.effective_from != OLD.effective_from"
    " OR NEW.source != OLD.source OR NEW.seen_at != OLD.seen_at"
    " OR NEW.entered_by != OLD.entered_by OR NEW.choices != OLD.choices BEGIN"
    " SELECT RAISE(ABORT, 'a price is only withdrawn, and before it takes effect'); END",
    "CREATE TRIGGER price_version_is_kept BEFORE DELETE ON price_version BEGIN"
    " SELECT RAISE(ABORT, 'a version of the prices is never deleted'); END",
)

STATEMENTS = (*OF_LINES, *OF_MONTHS, *OF_PRICES)
