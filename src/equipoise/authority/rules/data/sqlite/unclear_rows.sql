SELECT
  *
FROM (
  SELECT
    *
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t1"."number",
        "t1"."file",
        "t1"."sheet",
        "t1"."row",
        "t1"."aside",
        "t1"."source_text",
        "t1"."organisation_text",
        "t1"."outcome_text",
        "t1"."reason_text",
        CAST(IIF("t1"."by_school", 1, 0) AS INTEGER) AS "by_school",
        CAST(IIF("t1"."unclear_source", 1, 0) AS INTEGER) AS "unclear_source",
        "t1"."resolution",
        "t1"."outcome",
        "t1"."reason",
        CAST(IIF("t1"."decided_unreadable", 1, 0) AS INTEGER) AS "decided_unreadable",
        CAST(IIF("t1"."open_unrecorded", 1, 0) AS INTEGER) AS "open_unrecorded"
      FROM "records" AS "t1"
      WHERE
        "t1"."aside" <> ''
    ) AS "t6"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t5"."number",
        "t5"."file",
        "t5"."sheet",
        "t5"."row",
        "t4"."aside",
        "t5"."source_text",
        "t5"."organisation_text",
        "t5"."outcome_text",
        "t5"."reason_text",
        CAST(IIF("t5"."by_school", 1, 0) AS INTEGER) AS "by_school",
        CAST(IIF("t5"."unclear_source", 1, 0) AS INTEGER) AS "unclear_source",
        "t5"."resolution",
        "t5"."outcome",
        "t5"."reason",
        CAST(IIF("t5"."decided_unreadable", 1, 0) AS INTEGER) AS "decided_unreadable",
        CAST(IIF("t5"."open_unrecorded", 1, 0) AS INTEGER) AS "open_unrecorded"
      FROM (
        SELECT
          "t1"."number",
          "t1"."file",
          "t1"."sheet",
          "t1"."row",
          "t1"."contact",
          "t1"."child",
          "t1"."content",
          "t1"."day",
          "t1"."month",
          "t1"."decided",
          "t1"."source_text",
          "t1"."organisation_text",
          "t1"."outcome_text",
          "t1"."reason_text",
          "t1"."by_school",
          "t1"."unclear_source",
          "t1"."urn",
          "t1"."resolution",
          "t1"."open_case",
          "t1"."open_unrecorded",
          "t1"."by_absence",
          "t1"."decided_unreadable",
          "t1"."outcome",
          "t1"."reason",
          "t1"."attended",
          "t1"."linkage",
          "t1"."referred",
          "t1"."family"
        FROM "records" AS "t1"
      ) AS "t5"
      INNER JOIN "copies" AS "t4"
        ON "t5"."number" = "t4"."number"
    ) AS "t7"
  ) AS "t8"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      "t0"."number",
      "t0"."file",
      "t0"."sheet",
      "t0"."row",
      "t0"."aside",
      "t0"."source_text",
      "t0"."organisation_text",
      "t0"."outcome_text",
      "t0"."reason_text",
      CAST(IIF("t0"."by_school", 1, 0) AS INTEGER) AS "by_school",
      CAST(IIF("t0"."unclear_source", 1, 0) AS INTEGER) AS "unclear_source",
      "t0"."resolution",
      "t0"."outcome",
      "t0"."reason",
      CAST(IIF("t0"."decided_unreadable", 1, 0) AS INTEGER) AS "decided_unreadable",
      CAST(IIF("t0"."open_unrecorded", 1, 0) AS INTEGER) AS "open_unrecorded"
    FROM "kept" AS "t0"
    WHERE
      "t0"."unclear_source"
      OR (
        "t0"."by_school"
        AND (
          NOT (
            "t0"."resolution" IN ('', 'matched', 'domain', 'not-a-school')
          )
          OR "t0"."outcome" IN ('AMBIGUOUS', 'UNMAPPED')
          OR "t0"."reason" IN ('AMBIGUOUS', 'UNMAPPED')
          OR "t0"."decided_unreadable"
          OR "t0"."open_unrecorded"
        )
      )
  ) AS "t9"
) AS "t10"
ORDER BY
  "t10"."number" ASC NULLS LAST
