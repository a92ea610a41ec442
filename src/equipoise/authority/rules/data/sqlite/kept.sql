SELECT
  "t4"."number",
  "t4"."file",
  "t4"."sheet",
  "t4"."row",
  "t4"."aside",
  "t4"."contact",
  "t4"."child",
  "t4"."content",
  "t4"."day",
  "t4"."month",
  "t4"."decided",
  "t4"."source_text",
  "t4"."organisation_text",
  "t4"."outcome_text",
  "t4"."reason_text",
  "t4"."by_school",
  "t4"."unclear_source",
  "t4"."urn",
  "t4"."resolution",
  "t4"."open_case",
  "t4"."open_unrecorded",
  "t4"."by_absence",
  "t4"."decided_unreadable",
  "t4"."outcome",
  "t4"."reason",
  "t4"."attended",
  "t4"."linkage",
  "t4"."referred",
  "t4"."family"
FROM (
  SELECT
    *
  FROM "records" AS "t0"
  WHERE
    "t0"."aside" = ''
) AS "t4"
WHERE
  NOT EXISTS(
    SELECT
      1
    FROM "copies" AS "t2"
    WHERE
      "t4"."number" = "t2"."number"
  )
