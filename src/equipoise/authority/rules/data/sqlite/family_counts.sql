SELECT
  *
FROM (
  SELECT
    "t3"."urn",
    "t3"."window",
    COUNT(*) AS "contacts",
    SUM(CAST(IIF("t3"."gravest" IN (6), 1, 0) AS INTEGER)) AS "nfa_contacts_strict",
    SUM(CAST(IIF("t3"."gravest" IN (6, 5), 1, 0) AS INTEGER)) AS "nfa_contacts_advice",
    SUM(CAST(IIF("t3"."gravest" IN (6, 5, 3), 1, 0) AS INTEGER)) AS "nfa_contacts_early_help",
    SUM(CAST(IIF("t3"."gravest" IN (7), 1, 0) AS INTEGER)) AS "pending",
    SUM(CAST(IIF("t3"."gravest" IN (10, 9, 8), 1, 0) AS INTEGER)) AS "unmapped",
    SUM("t3"."children" - 1) AS "siblings"
  FROM (
    SELECT
      "t2"."urn",
      "t2"."window",
      "t2"."day",
      "t2"."kind",
      "t2"."event",
      COUNT(*) AS "children",
      MIN("t2"."gravity") AS "gravest"
    FROM (
      SELECT
        "t1"."urn",
        "t1"."window",
        "t1"."day",
        "t1"."contact_id",
        "t1"."family",
        "t1"."gravity",
        "t1"."least",
        "t1"."most",
        CAST(IIF(COALESCE("t1"."least" = "t1"."most", FALSE), 1, 0) AS INTEGER) AS "kind",
        IIF(COALESCE("t1"."least" = "t1"."most", FALSE), "t1"."least", "t1"."contact_id") AS "event"
      FROM (
        SELECT
          "t0"."urn",
          "t0"."window",
          "t0"."day",
          "t0"."contact_id",
          "t0"."family",
          "t0"."gravity",
          MIN("t0"."family") OVER (
            PARTITION BY "t0"."urn", "t0"."window", "t0"."day", "t0"."contact_id"
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
          ) AS "least",
          MAX("t0"."family") OVER (
            PARTITION BY "t0"."urn", "t0"."window", "t0"."day", "t0"."contact_id"
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
          ) AS "most"
        FROM "family_rows" AS "t0"
      ) AS "t1"
    ) AS "t2"
    GROUP BY
      1,
      2,
      3,
      4,
      5
  ) AS "t3"
  GROUP BY
    1,
    2
) AS "t4"
ORDER BY
  "t4"."urn" ASC NULLS LAST,
  "t4"."window" ASC NULLS LAST
