SELECT
  *
FROM (
  SELECT
    "t0"."month",
    COUNT(*) AS "contacts",
    SUM(CAST(IIF("t0"."by_school", 1, 0) AS INTEGER)) AS "school_contacts"
  FROM "events" AS "t0"
  GROUP BY
    1
) AS "t1"
ORDER BY
  "t1"."month" ASC NULLS LAST
