"""The triggers that keep what people did with pictures in `run_index`, as SQLite writes them.

`opened` and `downloaded` are unset for runs without pictures, and for those from before anybody
noted it: of these nobody can say that they were never opened.
"""

TWIN = (
    "EXISTS (SELECT 1 FROM picture twin JOIN run_index other ON other.run_id = twin.run_id"
    " WHERE twin.sha256 = {picture}.sha256 AND twin.run_id {earlier} {picture}.run_id"
    " AND other.origin = run_index.origin)"
)
"""SQL: whether another run had the very same picture, byte by byte."""

ALL_TWINS = (
    "CASE WHEN EXISTS (SELECT 1 FROM picture WHERE picture.run_id = run_index.run_id"
    f" AND NOT {TWIN.format(picture='picture', earlier='<')}) THEN 'false' ELSE 'true' END"
)
"""SQL: whether every picture of a run was there before it."""

STATEMENTS = (
    "CREATE TRIGGER attention_picture AFTER INSERT ON picture WHEN NEW.problem IS NULL BEGIN"
    " UPDATE run_index SET"
    " opened = CASE opened WHEN '' THEN 'false' ELSE opened END,"
    " downloaded = CASE downloaded WHEN '' THEN 'false' ELSE downloaded END,"
    " duplicate = CASE WHEN duplicate != 'false' AND"
    f" {TWIN.format(picture='NEW', earlier='!=')} THEN 'true' ELSE 'false' END"
    " WHERE run_id = NEW.run_id; END",
    "CREATE TRIGGER attention_insert AFTER INSERT ON attention BEGIN UPDATE run_index SET"
    " opened = 'true',"
    " downloaded = CASE NEW.kind WHEN 'downloaded' THEN 'true' ELSE downloaded END"
    " WHERE run_id = NEW.run_id; END",
    # Who marks a run has looked at it.
    *(
        f"CREATE TRIGGER attention_mark_{action.lower()} AFTER {action} ON mark BEGIN"
        " UPDATE run_index SET opened = 'true' WHERE run_id = NEW.run_id AND opened != 'true'; END"
        for action in ("INSERT", "UPDATE")
    ),
    "CREATE TRIGGER attention_run_delete BEFORE DELETE ON run BEGIN"
    " DELETE FROM attention WHERE run_id = OLD.id; END",
)
