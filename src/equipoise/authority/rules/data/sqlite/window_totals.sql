SELECT
  *
FROM (
  SELECT
    "t9"."window",
    COUNT(*) AS "contacts",
    SUM(CAST(IIF("t9"."by_school", 1, 0) AS INTEGER)) AS "school_contacts",
    SUM(
      CAST(IIF("t9"."by_school" AND (
        "t9"."resolution" = 'unresolved'
      ), 1, 0) AS INTEGER)
    ) AS "school_contacts_unresolved",
    SUM(
      CAST(IIF("t9"."by_school" AND (
        "t9"."resolution" = 'not-a-school'
      ), 1, 0) AS INTEGER)
    ) AS "not_school",
    SUM(CAST(IIF("t9"."unclear_source", 1, 0) AS INTEGER)) AS "unclear_source",
    SUM(
      CAST(IIF("t9"."by_school" AND (
        "t9"."settled" = 'MISSING'
      ), 1, 0) AS INTEGER)
    ) AS "school_missing",
    SUM(
      CAST(IIF("t9"."by_school" AND "t9"."settled" IN ('UNMAPPED', 'AMBIGUOUS'), 1, 0) AS INTEGER)
    ) AS "school_unmapped",
    SUM(
      CAST(IIF("t9"."by_school" AND (
        "t9"."settled" = 'PENDING'
      ), 1, 0) AS INTEGER)
    ) AS "school_pending",
    SUM(
      CAST(IIF("t9"."by_school" AND "t9"."reason" IN ('MISSING', 'UNMAPPED', 'AMBIGUOUS'), 1, 0) AS INTEGER)
    ) AS "school_reason_unclear"
  FROM (
    SELECT
      "t8"."contact",
      "t8"."child",
      "t8"."day",
      "t8"."month",
      "t8"."decided",
      "t8"."by_school",
      "t8"."unclear_source",
      "t8"."urn",
      "t8"."resolution",
      "t8"."open_case",
      "t8"."outcome",
      "t8"."reason",
      "t8"."cut_off",
      "t8"."as_of",
      "t8"."settling_days",
      "t8"."repeat_days",
      "t8"."recontact_days",
      "t8"."open_cases_set_aside",
      "t8"."settled",
      "t3"."window",
      "t3"."first_day",
      "t3"."last_day"
    FROM (
      SELECT
        "t6"."contact",
        "t6"."child",
        "t6"."day",
        "t6"."month",
        "t6"."decided",
        "t6"."by_school",
        "t6"."unclear_source",
        "t6"."urn",
        "t6"."resolution",
        "t6"."open_case",
        "t6"."outcome",
        "t6"."reason",
        "t6"."cut_off",
        "t6"."as_of",
        "t6"."settling_days",
        "t6"."repeat_days",
        "t6"."recontact_days",
        "t6"."open_cases_set_aside",
        IIF(
          COALESCE("t6"."decided" > "t6"."as_of", FALSE)
          OR (
            (
              "t6"."outcome" = 'MISSING'
            )
            AND (
              (
                "t6"."day" + "t6"."settling_days"
              ) > "t6"."as_of"
            )
          ),
          'PENDING',
          "t6"."outcome"
        ) AS "settled"
      FROM (
        SELECT
          "t4"."contact",
          "t4"."child",
          "t4"."day",
          "t4"."month",
          "t4"."decided",
          "t4"."by_school",
          "t4"."unclear_source",
          "t4"."urn",
          "t4"."resolution",
          "t4"."open_case",
          "t4"."outcome",
          "t4"."reason",
          "t5"."cut_off",
          "t5"."as_of",
          "t5"."settling_days",
          "t5"."repeat_days",
          "t5"."recontact_days",
          "t5"."open_cases_set_aside"
        FROM "events" AS "t4"
        CROSS JOIN "settings" AS "t5"
      ) AS "t6"
      WHERE
        "t6"."day" <= "t6"."cut_off"
    ) AS "t8"
    INNER JOIN "windows" AS "t3"
      ON "t8"."day" >= "t3"."first_day" AND "t8"."day" <= "t3"."last_day"
  ) AS "t9"
  GROUP BY
    1
) AS "t10"
ORDER BY
  "t10"."window" ASC NULLS LAST
