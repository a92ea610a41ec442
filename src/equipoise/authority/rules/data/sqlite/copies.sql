WITH "t1" AS (
  SELECT
    *
  FROM "records" AS "t0"
  WHERE
    "t0"."aside" = ''
), "t7" AS (
  SELECT
    "t3"."number",
    "t3"."content",
    "t6"."first"
  FROM "t1" AS "t3"
  INNER JOIN (
    SELECT
      *
    FROM (
      SELECT
        "t2"."contact",
        "t2"."child",
        MIN("t2"."number") AS "first",
        COUNT(*) AS "times"
      FROM "t1" AS "t2"
      GROUP BY
        1,
        2
    ) AS "t4"
    WHERE
      "t4"."times" > 1
  ) AS "t6"
    ON "t3"."contact" = "t6"."contact" AND "t3"."child" = "t6"."child"
)
SELECT
  "t11"."number",
  IIF("t11"."content" = "t12"."original", 'double-export', 'conflicting-copy') AS "aside"
FROM (
  SELECT
    *
  FROM "t7" AS "t8"
  WHERE
    "t8"."number" > "t8"."first"
) AS "t11"
INNER JOIN (
  SELECT
    "t8"."first",
    "t8"."content" AS "original"
  FROM "t7" AS "t8"
  WHERE
    "t8"."number" = "t8"."first"
) AS "t12"
  ON "t11"."first" = "t12"."first"
