SELECT
  COUNT(*) AS "rows",
  COALESCE(SUM(CAST(IIF("t0"."open_unrecorded", 1, 0) AS INTEGER)), 0) AS "open_unrecorded",
  COALESCE(SUM(CAST(IIF("t0"."by_absence", 1, 0) AS INTEGER)), 0) AS "by_absence"
FROM "kept" AS "t0"
