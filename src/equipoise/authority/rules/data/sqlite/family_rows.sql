SELECT
  "t4"."urn",
  "t2"."window",
  "t4"."day",
  "t4"."contact_id",
  "t4"."family",
  "t4"."gravity"
FROM (
  SELECT
    *
  FROM "school_contacts" AS "t0"
  WHERE
    "t0"."status" = 'new'
) AS "t4"
INNER JOIN "windows" AS "t2"
  ON "t4"."day" >= "t2"."first_day" AND "t4"."day" <= "t2"."last_day"
