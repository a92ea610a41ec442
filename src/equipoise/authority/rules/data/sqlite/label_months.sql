SELECT
  *
FROM (
  SELECT
    "t3"."field",
    "t3"."label",
    "t3"."month",
    COUNT(*) AS "rows"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        'source' AS "field",
        "t0"."source_text" AS "label",
        "t0"."month"
      FROM "kept" AS "t0"
      WHERE
        "t0"."source_text" IS NOT NULL
    ) AS "t1"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        'outcome' AS "field",
        "t0"."outcome_text" AS "label",
        "t0"."month"
      FROM "kept" AS "t0"
      WHERE
        "t0"."outcome_text" IS NOT NULL
    ) AS "t2"
  ) AS "t3"
  GROUP BY
    1,
    2,
    3
) AS "t4"
ORDER BY
  "t4"."field" ASC NULLS LAST,
  "t4"."label" ASC NULLS LAST,
  "t4"."month" ASC NULLS LAST
