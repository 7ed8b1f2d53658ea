"""Views of the history for any SQLite client. Times are UTC, money is dollars and micro-dollars."""


def moment(column: str) -> str:
    """SQL: milliseconds since 1970 as text that sorts and reads, `2026-11-22 12:00:00.000`."""
    return f"strftime('%Y-%m-%d %H:%M:%f', {column} / 1000.0, 'unixepoch')"


def flag(column: str) -> str:
    """SQL: yes or no as 1 or 0, unset as NULL."""
    return f"CASE {column} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END"


HISTORY = f"""
CREATE VIEW history AS SELECT
  run.id,
  run_index.no,
  run.origin,
  {moment("run.created_at")} AS created_at,
  run.state,
  run.status,
  run.created_by,
  run.model_id,
  run.prompt,
  nullif(run_index.resolution, '') AS resolution,
  nullif(run_index.aspect_ratio, '') AS aspect_ratio,
  CAST(nullif(run_index.num_images, '') AS INTEGER) AS num_images,
  nullif(run_index.thinking_level, '') AS thinking_level,
  {flag("run_index.enable_web_search")} AS enable_web_search,
  nullif(run_index.seed, '') AS seed,
  nullif(run_index.output_format, '') AS output_format,
  nullif(run_index.safety_tolerance, '') AS safety_tolerance,
  {flag("run_index.limit_generations")} AS limit_generations,
  {flag("run_index.sync_mode")} AS sync_mode,
  nullif(run_index.seed_used, '') AS seed_used,
  run.estimate_micros,
  run.cost_micros,
  run.cost_micros / 1e6 AS cost_usd,
  run.cost_basis,
  run.duration_ms,
  {flag("run_index.nsfw_detected")} AS nsfw_detected,
  (SELECT count(*) FROM picture WHERE picture.run_id = run.id) AS pictures,
  run.failure_code,
  run.failure_message,
  coalesce(mark.favourite, 0) AS favourite,
  nullif(mark.rating, 0) AS rating,
  nullif(mark.remark, '') AS remark,
  (SELECT group_concat(tag.name, ', ') FROM run_tag JOIN tag ON tag.id = run_tag.tag_id
   WHERE run_tag.no = run_index.no) AS tags,
  run.parent_id,
  run.parent_kind,
  {moment("run.deleted_at")} AS deleted_at,
  {moment("run.erased_at")} AS erased_at,
  run.adopted_at IS NOT NULL AS adopted,
  run.missing_at IS NOT NULL AS missing
FROM run
JOIN run_index ON run_index.run_id = run.id
LEFT JOIN mark ON mark.run_id = run.id
"""

PICTURES = f"""
CREATE VIEW history_pictures AS SELECT
  picture.run_id,
  picture.number,
  picture.sha256,
  picture.mime,
  picture.width,
  picture.height,
  picture.size_bytes,
  picture.problem,
  {moment("picture.stored_at")} AS stored_at,
  {moment("picture.freed_at")} AS freed_at
FROM picture
"""

TAGS = """
CREATE VIEW history_tags AS SELECT run_index.run_id, tag.name AS tag
FROM run_tag
JOIN tag ON tag.id = run_tag.tag_id
JOIN run_index ON run_index.no = run_tag.no
"""

COLLECTIONS = """
CREATE VIEW history_collections AS SELECT
  run_index.run_id,
  collection.name AS collection,
  collection.sharing,
  collection.created_by
FROM run_collection
JOIN collection ON collection.id = run_collection.collection_id
JOIN run_index ON run_index.no = run_collection.no
"""

STATEMENTS = (HISTORY, PICTURES, TAGS, COLLECTIONS)
