WITH "t6" AS (
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
), "t15" AS (
  SELECT
    *
  FROM (
    SELECT
      "t13"."urn",
      "t13"."child",
      "t13"."contact",
      "t13"."day",
      "t13"."settled",
      "t13"."reason",
      "t13"."recontact_days",
      IIF("t13"."is_repeat", 'repeat', 'new') AS "status"
    FROM (
      SELECT
        "t12"."contact",
        "t12"."child",
        "t12"."day",
        "t12"."month",
        "t12"."decided",
        "t12"."by_school",
        "t12"."unclear_source",
        "t12"."urn",
        "t12"."resolution",
        "t12"."open_case",
        "t12"."outcome",
        "t12"."reason",
        "t12"."cut_off",
        "t12"."as_of",
        "t12"."settling_days",
        "t12"."repeat_days",
        "t12"."recontact_days",
        "t12"."open_cases_set_aside",
        "t12"."settled",
        "t12"."gravity",
        "t12"."on_open_case",
        COALESCE(
          (
            "t12"."day" - LAG("t12"."day") OVER (
              PARTITION BY "t12"."urn", "t12"."child"
              ORDER BY "t12"."day" ASC NULLS LAST, "t12"."gravity" ASC NULLS LAST, IIF("t12"."reason" = 'SEXUAL_ABUSE', 0, 1) ASC NULLS LAST, "t12"."contact" ASC NULLS LAST
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            )
          ) <= "t12"."repeat_days",
          FALSE
        ) AS "is_repeat"
      FROM (
        SELECT
          "t7"."contact",
          "t7"."child",
          "t7"."day",
          "t7"."month",
          "t7"."decided",
          "t7"."by_school",
          "t7"."unclear_source",
          "t7"."urn",
          "t7"."resolution",
          "t7"."open_case",
          "t7"."outcome",
          "t7"."reason",
          "t7"."cut_off",
          "t7"."as_of",
          "t7"."settling_days",
          "t7"."repeat_days",
          "t7"."recontact_days",
          "t7"."open_cases_set_aside",
          IIF(
            COALESCE("t7"."decided" > "t7"."as_of", FALSE)
            OR (
              (
                "t7"."outcome" = 'MISSING'
              )
              AND (
                (
                  "t7"."day" + "t7"."settling_days"
                ) > "t7"."as_of"
              )
            ),
            'PENDING',
            "t7"."outcome"
          ) AS "settled",
          CASE IIF(
              COALESCE("t7"."decided" > "t7"."as_of", FALSE)
              OR (
                (
                  "t7"."outcome" = 'MISSING'
                )
                AND (
                  (
                    "t7"."day" + "t7"."settling_days"
                  ) > "t7"."as_of"
                )
              ),
              'PENDING',
              "t7"."outcome"
            )
            WHEN 'CP_ENQUIRY'
            THEN 0
            WHEN 'REFERRAL'
            THEN 1
            WHEN 'EXISTING'
            THEN 2
            WHEN 'EARLY_HELP'
            THEN 3
            WHEN 'OTHER'
            THEN 4
            WHEN 'ADVICE'
            THEN 5
            WHEN 'NFA'
            THEN 6
            WHEN 'PENDING'
            THEN 7
            WHEN 'AMBIGUOUS'
            THEN 8
            WHEN 'UNMAPPED'
            THEN 9
            WHEN 'MISSING'
            THEN 10
            ELSE 11
          END AS "gravity",
          "t7"."open_case" AND "t7"."open_cases_set_aside" AS "on_open_case"
        FROM "t6" AS "t7"
        WHERE
          "t7"."day" <= "t7"."cut_off"
          AND "t7"."by_school"
          AND "t7"."urn" IS NOT NULL
          AND NOT (
            "t7"."open_case" AND "t7"."open_cases_set_aside"
          )
      ) AS "t12"
    ) AS "t13"
  ) AS "t14"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      "t7"."urn",
      "t7"."child",
      "t7"."contact",
      "t7"."day",
      IIF(
        COALESCE("t7"."decided" > "t7"."as_of", FALSE)
        OR (
          (
            "t7"."outcome" = 'MISSING'
          )
          AND (
            (
              "t7"."day" + "t7"."settling_days"
            ) > "t7"."as_of"
          )
        ),
        'PENDING',
        "t7"."outcome"
      ) AS "settled",
      "t7"."reason",
      "t7"."recontact_days",
      'open' AS "status"
    FROM "t6" AS "t7"
    WHERE
      "t7"."day" <= "t7"."cut_off"
      AND "t7"."by_school"
      AND "t7"."urn" IS NOT NULL
      AND (
        "t7"."open_case" AND "t7"."open_cases_set_aside"
      )
  ) AS "t10"
)
SELECT
  *
FROM (
  SELECT
    "t32"."urn",
    "t32"."window",
    SUM("t32"."contacts") AS "contacts",
    SUM("t32"."children") AS "children",
    SUM("t32"."nfa_contacts_strict") AS "nfa_contacts_strict",
    SUM("t32"."nfa_contacts_advice") AS "nfa_contacts_advice",
    SUM("t32"."nfa_contacts_early_help") AS "nfa_contacts_early_help",
    SUM("t32"."nfa_any_strict") AS "nfa_any_strict",
    SUM("t32"."nfa_any_advice") AS "nfa_any_advice",
    SUM("t32"."nfa_any_early_help") AS "nfa_any_early_help",
    SUM("t32"."nfa_all_strict") AS "nfa_all_strict",
    SUM("t32"."nfa_first_strict") AS "nfa_first_strict",
    SUM("t32"."referral_any") AS "referral_any",
    SUM("t32"."s47_first") AS "s47_first",
    SUM("t32"."recontact_after_nfa") AS "recontact_after_nfa",
    SUM("t32"."pending") AS "pending",
    SUM("t32"."unmapped") AS "unmapped",
    SUM("t32"."open_case") AS "open_case",
    SUM("t32"."repeats") AS "repeats",
    SUM("t32"."csa_any") AS "csa_any"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t30"."urn",
        "t30"."window",
        "t30"."contacts",
        "t30"."children",
        "t30"."nfa_contacts_strict",
        "t30"."nfa_contacts_advice",
        "t30"."nfa_contacts_early_help",
        "t30"."nfa_any_strict",
        "t30"."nfa_any_advice",
        "t30"."nfa_any_early_help",
        "t30"."nfa_all_strict",
        "t30"."nfa_first_strict",
        "t30"."referral_any",
        "t30"."s47_first",
        "t30"."recontact_after_nfa",
        "t30"."pending",
        "t30"."unmapped",
        CAST(0 AS INTEGER) AS "open_case",
        CAST(0 AS INTEGER) AS "repeats",
        "t30"."csa_any"
      FROM (
        SELECT
          "t29"."urn",
          "t29"."window",
          SUM("t29"."contacts") AS "contacts",
          COUNT(*) AS "children",
          SUM("t29"."strict") AS "nfa_contacts_strict",
          SUM("t29"."advice") AS "nfa_contacts_advice",
          SUM("t29"."early_help") AS "nfa_contacts_early_help",
          SUM(CAST(IIF("t29"."strict" > 0, 1, 0) AS INTEGER)) AS "nfa_any_strict",
          SUM(CAST(IIF("t29"."advice" > 0, 1, 0) AS INTEGER)) AS "nfa_any_advice",
          SUM(CAST(IIF("t29"."early_help" > 0, 1, 0) AS INTEGER)) AS "nfa_any_early_help",
          SUM(CAST(IIF("t29"."strict" = "t29"."contacts", 1, 0) AS INTEGER)) AS "nfa_all_strict",
          SUM("t29"."first_nfa") AS "nfa_first_strict",
          SUM(CAST(IIF("t29"."referrals" > 0, 1, 0) AS INTEGER)) AS "referral_any",
          SUM("t29"."first_enquiry") AS "s47_first",
          SUM(CAST(IIF("t29"."recontacted" > 0, 1, 0) AS INTEGER)) AS "recontact_after_nfa",
          SUM("t29"."pending") AS "pending",
          SUM("t29"."unmapped") AS "unmapped",
          SUM(CAST(IIF("t29"."sexual_abuse" > 0, 1, 0) AS INTEGER)) AS "csa_any"
        FROM (
          SELECT
            "t28"."urn",
            "t28"."window",
            "t28"."child",
            COUNT(*) AS "contacts",
            SUM(CAST(IIF("t28"."settled" IN ('NFA'), 1, 0) AS INTEGER)) AS "strict",
            SUM(CAST(IIF("t28"."settled" IN ('NFA', 'ADVICE'), 1, 0) AS INTEGER)) AS "advice",
            SUM(CAST(IIF("t28"."settled" IN ('NFA', 'ADVICE', 'EARLY_HELP'), 1, 0) AS INTEGER)) AS "early_help",
            SUM(CAST(IIF("t28"."first" AND "t28"."settled" IN ('NFA'), 1, 0) AS INTEGER)) AS "first_nfa",
            SUM(CAST(IIF("t28"."settled" IN ('REFERRAL', 'CP_ENQUIRY'), 1, 0) AS INTEGER)) AS "referrals",
            SUM(
              CAST(IIF("t28"."first" AND (
                "t28"."settled" = 'CP_ENQUIRY'
              ), 1, 0) AS INTEGER)
            ) AS "first_enquiry",
            SUM(CAST(IIF("t28"."recontacted", 1, 0) AS INTEGER)) AS "recontacted",
            SUM(CAST(IIF("t28"."settled" = 'PENDING', 1, 0) AS INTEGER)) AS "pending",
            SUM(
              CAST(IIF("t28"."settled" IN ('MISSING', 'UNMAPPED', 'AMBIGUOUS'), 1, 0) AS INTEGER)
            ) AS "unmapped",
            SUM(CAST(IIF("t28"."reason" = 'SEXUAL_ABUSE', 1, 0) AS INTEGER)) AS "sexual_abuse"
          FROM (
            SELECT
              "t27"."urn",
              "t27"."child",
              "t27"."contact",
              "t27"."day",
              "t27"."settled",
              "t27"."reason",
              "t27"."recontact_days",
              "t27"."status",
              "t27"."next_day",
              "t27"."recontacted",
              "t27"."window",
              "t27"."first_day",
              "t27"."last_day",
              (
                ROW_NUMBER() OVER (
                  PARTITION BY "t27"."urn", "t27"."window", "t27"."child"
                  ORDER BY "t27"."day" ASC NULLS LAST, "t27"."contact" ASC NULLS LAST
                  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                ) - 1
              ) = 0 AS "first"
            FROM (
              SELECT
                "t25"."urn",
                "t25"."child",
                "t25"."contact",
                "t25"."day",
                "t25"."settled",
                "t25"."reason",
                "t25"."recontact_days",
                "t25"."status",
                "t25"."next_day",
                "t25"."recontacted",
                "t3"."window",
                "t3"."first_day",
                "t3"."last_day"
              FROM (
                SELECT
                  "t22"."urn",
                  "t22"."child",
                  "t22"."contact",
                  "t22"."day",
                  "t22"."settled",
                  "t22"."reason",
                  "t22"."recontact_days",
                  "t22"."status",
                  "t22"."next_day",
                  (
                    "t22"."settled" = 'NFA'
                  )
                  AND COALESCE((
                    "t22"."next_day" - "t22"."day"
                  ) <= "t22"."recontact_days", FALSE) AS "recontacted"
                FROM (
                  SELECT
                    "t20"."urn",
                    "t20"."child",
                    "t20"."contact",
                    "t20"."day",
                    "t20"."settled",
                    "t20"."reason",
                    "t20"."recontact_days",
                    "t20"."status",
                    "t11"."next_day"
                  FROM (
                    SELECT
                      *
                    FROM "t15" AS "t16"
                    WHERE
                      "t16"."status" = 'new'
                  ) AS "t20"
                  INNER JOIN (
                    SELECT
                      "t8"."child",
                      "t8"."day",
                      LEAD("t8"."day") OVER (
                        PARTITION BY "t8"."child"
                        ORDER BY "t8"."day" ASC NULLS LAST
                        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                      ) AS "next_day"
                    FROM (
                      SELECT DISTINCT
                        "t7"."child",
                        "t7"."day"
                      FROM "t6" AS "t7"
                      WHERE
                        "t7"."day" <= "t7"."cut_off"
                    ) AS "t8"
                  ) AS "t11"
                    ON "t20"."child" = "t11"."child" AND "t20"."day" = "t11"."day"
                ) AS "t22"
              ) AS "t25"
              INNER JOIN "windows" AS "t3"
                ON "t25"."day" >= "t3"."first_day" AND "t25"."day" <= "t3"."last_day"
            ) AS "t27"
          ) AS "t28"
          GROUP BY
            1,
            2,
            3
        ) AS "t29"
        GROUP BY
          1,
          2
      ) AS "t30"
    ) AS "t31"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t23"."urn",
        "t23"."window",
        CAST(0 AS INTEGER) AS "contacts",
        CAST(0 AS INTEGER) AS "children",
        CAST(0 AS INTEGER) AS "nfa_contacts_strict",
        CAST(0 AS INTEGER) AS "nfa_contacts_advice",
        CAST(0 AS INTEGER) AS "nfa_contacts_early_help",
        CAST(0 AS INTEGER) AS "nfa_any_strict",
        CAST(0 AS INTEGER) AS "nfa_any_advice",
        CAST(0 AS INTEGER) AS "nfa_any_early_help",
        CAST(0 AS INTEGER) AS "nfa_all_strict",
        CAST(0 AS INTEGER) AS "nfa_first_strict",
        CAST(0 AS INTEGER) AS "referral_any",
        CAST(0 AS INTEGER) AS "s47_first",
        CAST(0 AS INTEGER) AS "recontact_after_nfa",
        CAST(0 AS INTEGER) AS "pending",
        CAST(0 AS INTEGER) AS "unmapped",
        "t23"."open_case",
        "t23"."repeats",
        CAST(0 AS INTEGER) AS "csa_any"
      FROM (
        SELECT
          "t21"."urn",
          "t21"."window",
          SUM(CAST(IIF("t21"."status" = 'open', 1, 0) AS INTEGER)) AS "open_case",
          SUM(CAST(IIF("t21"."status" = 'repeat', 1, 0) AS INTEGER)) AS "repeats"
        FROM (
          SELECT
            "t19"."urn",
            "t19"."child",
            "t19"."contact",
            "t19"."day",
            "t19"."settled",
            "t19"."reason",
            "t19"."recontact_days",
            "t19"."status",
            "t3"."window",
            "t3"."first_day",
            "t3"."last_day"
          FROM (
            SELECT
              *
            FROM "t15" AS "t16"
            WHERE
              "t16"."status" <> 'new'
          ) AS "t19"
          INNER JOIN "windows" AS "t3"
            ON "t19"."day" >= "t3"."first_day" AND "t19"."day" <= "t3"."last_day"
        ) AS "t21"
        GROUP BY
          1,
          2
      ) AS "t23"
    ) AS "t26"
  ) AS "t32"
  GROUP BY
    1,
    2
) AS "t33"
ORDER BY
  "t33"."urn" ASC NULLS LAST,
  "t33"."window" ASC NULLS LAST
