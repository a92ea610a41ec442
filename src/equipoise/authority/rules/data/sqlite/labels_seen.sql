SELECT
  *
FROM (
  SELECT
    "t5"."field",
    "t5"."label",
    COUNT(*) AS "rows"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          'source' AS "field",
          "t0"."source_text" AS "label"
        FROM "kept" AS "t0"
        WHERE
          "t0"."source_text" IS NOT NULL
      ) AS "t2"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          'outcome' AS "field",
          "t0"."outcome_text" AS "label"
        FROM "kept" AS "t0"
        WHERE
          "t0"."outcome_text" IS NOT NULL
      ) AS "t3"
    ) AS "t4"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        'reason' AS "field",
        "t0"."reason_text" AS "label"
      FROM "kept" AS "t0"
      WHERE
        "t0"."reason_text" IS NOT NULL
    ) AS "t1"
  ) AS "t5"
  GROUP BY
    1,
    2
) AS "t6"
ORDER BY
  "t6"."field" ASC NULLS LAST,
  "t6"."label" ASC NULLS LAST
