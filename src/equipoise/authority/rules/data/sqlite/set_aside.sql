SELECT
  *
FROM (
  SELECT
    "t4"."aside",
    COUNT(*) AS "rows"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t0"."aside"
      FROM "records" AS "t0"
      WHERE
        "t0"."aside" <> ''
    ) AS "t3"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t1"."aside"
      FROM "copies" AS "t1"
    ) AS "t2"
  ) AS "t4"
  GROUP BY
    1
) AS "t5"
ORDER BY
  "t5"."aside" ASC NULLS LAST
