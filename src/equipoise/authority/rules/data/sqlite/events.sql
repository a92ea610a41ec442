SELECT
  "t0"."number" AS "contact",
  "t0"."child",
  "t0"."day",
  "t0"."month",
  "t0"."decided",
  "t0"."by_school",
  "t0"."unclear_source",
  "t0"."urn",
  IIF(
    "t0"."resolution" IN ('', 'matched', 'domain', 'not-a-school'),
    "t0"."resolution",
    'unresolved'
  ) AS "resolution",
  "t0"."open_case",
  "t0"."outcome",
  "t0"."reason",
  "t0"."attended",
  "t0"."linkage",
  "t0"."contact" AS "contact_id",
  "t0"."family",
  "t0"."referred"
FROM "kept" AS "t0"
