SELECT
  *
FROM (
  SELECT
    "t26"."urn",
    "t26"."window",
    SUM("t26"."contacts") AS "contacts",
    SUM("t26"."children") AS "children",
    SUM("t26"."nfa_contacts_strict") AS "nfa_contacts_strict",
    SUM("t26"."nfa_contacts_advice") AS "nfa_contacts_advice",
    SUM("t26"."nfa_contacts_early_help") AS "nfa_contacts_early_help",
    SUM("t26"."nfa_any_strict") AS "nfa_any_strict",
    SUM("t26"."nfa_any_advice") AS "nfa_any_advice",
    SUM("t26"."nfa_any_early_help") AS "nfa_any_early_help",
    SUM("t26"."nfa_all_strict") AS "nfa_all_strict",
    SUM("t26"."nfa_first_strict") AS "nfa_first_strict",
    SUM("t26"."referral_any") AS "referral_any",
    SUM("t26"."s47_first") AS "s47_first",
    SUM("t26"."recontact_after_nfa") AS "recontact_after_nfa",
    SUM("t26"."pending") AS "pending",
    SUM("t26"."unmapped") AS "unmapped",
    SUM("t26"."open_case") AS "open_case",
    SUM("t26"."repeats") AS "repeats",
    SUM("t26"."csa_any") AS "csa_any"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t24"."urn",
        "t24"."window",
        "t24"."contacts",
        "t24"."children",
        "t24"."nfa_contacts_strict",
        "t24"."nfa_contacts_advice",
        "t24"."nfa_contacts_early_help",
        "t24"."nfa_any_strict",
        "t24"."nfa_any_advice",
        "t24"."nfa_any_early_help",
        "t24"."nfa_all_strict",
        "t24"."nfa_first_strict",
        "t24"."referral_any",
        "t24"."s47_first",
        "t24"."recontact_after_nfa",
        "t24"."pending",
        "t24"."unmapped",
        CAST(0 AS INTEGER) AS "open_case",
        CAST(0 AS INTEGER) AS "repeats",
        "t24"."csa_any"
      FROM (
        SELECT
          "t23"."urn",
          "t23"."window",
          SUM("t23"."contacts") AS "contacts",
          COUNT(*) AS "children",
          SUM("t23"."strict") AS "nfa_contacts_strict",
          SUM("t23"."advice") AS "nfa_contacts_advice",
          SUM("t23"."early_help") AS "nfa_contacts_early_help",
          SUM(CAST(IIF("t23"."strict" > 0, 1, 0) AS INTEGER)) AS "nfa_any_strict",
          SUM(CAST(IIF("t23"."advice" > 0, 1, 0) AS INTEGER)) AS "nfa_any_advice",
          SUM(CAST(IIF("t23"."early_help" > 0, 1, 0) AS INTEGER)) AS "nfa_any_early_help",
          SUM(CAST(IIF("t23"."strict" = "t23"."contacts", 1, 0) AS INTEGER)) AS "nfa_all_strict",
          SUM("t23"."first_nfa") AS "nfa_first_strict",
          SUM(CAST(IIF("t23"."referrals" > 0, 1, 0) AS INTEGER)) AS "referral_any",
          SUM("t23"."first_enquiry") AS "s47_first",
          SUM(CAST(IIF("t23"."recontacted" > 0, 1, 0) AS INTEGER)) AS "recontact_after_nfa",
          SUM("t23"."pending") AS "pending",
          SUM("t23"."unmapped") AS "unmapped",
          SUM(CAST(IIF("t23"."sexual_abuse" > 0, 1, 0) AS INTEGER)) AS "csa_any"
        FROM (
          SELECT
            "t22"."urn",
            "t22"."window",
            "t22"."child",
            COUNT(*) AS "contacts",
            SUM(CAST(IIF("t22"."settled" IN ('NFA'), 1, 0) AS INTEGER)) AS "strict",
            SUM(CAST(IIF("t22"."settled" IN ('NFA', 'ADVICE'), 1, 0) AS INTEGER)) AS "advice",
            SUM(CAST(IIF("t22"."settled" IN ('NFA', 'ADVICE', 'EARLY_HELP'), 1, 0) AS INTEGER)) AS "early_help",
            SUM(CAST(IIF("t22"."first" AND "t22"."settled" IN ('NFA'), 1, 0) AS INTEGER)) AS "first_nfa",
            SUM(CAST(IIF("t22"."settled" IN ('REFERRAL', 'CP_ENQUIRY'), 1, 0) AS INTEGER)) AS "referrals",
            SUM(
              CAST(IIF("t22"."first" AND (
                "t22"."settled" = 'CP_ENQUIRY'
              ), 1, 0) AS INTEGER)
            ) AS "first_enquiry",
            SUM(CAST(IIF("t22"."recontacted", 1, 0) AS INTEGER)) AS "recontacted",
            SUM(CAST(IIF("t22"."settled" = 'PENDING', 1, 0) AS INTEGER)) AS "pending",
            SUM(
              CAST(IIF("t22"."settled" IN ('MISSING', 'UNMAPPED', 'AMBIGUOUS'), 1, 0) AS INTEGER)
            ) AS "unmapped",
            SUM(CAST(IIF("t22"."reason" = 'SEXUAL_ABUSE', 1, 0) AS INTEGER)) AS "sexual_abuse"
          FROM (
            SELECT
              "t21"."urn",
              "t21"."child",
              "t21"."contact",
              "t21"."contact_id",
              "t21"."family",
              "t21"."day",
              "t21"."decided",
              "t21"."referred",
              "t21"."settled",
              "t21"."gravity",
              "t21"."reason",
              "t21"."as_of",
              "t21"."recontact_days",
              "t21"."referral_within_days",
              "t21"."clock_from_referral",
              "t21"."decision_days",
              "t21"."status",
              "t21"."next_day",
              "t21"."recontacted",
              "t21"."window",
              "t21"."first_day",
              "t21"."last_day",
              (
                ROW_NUMBER() OVER (
                  PARTITION BY "t21"."urn", "t21"."window", "t21"."child"
                  ORDER BY "t21"."day" ASC NULLS LAST, "t21"."gravity" ASC NULLS LAST, "t21"."contact" ASC NULLS LAST
                  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                ) - 1
              ) = 0 AS "first"
            FROM (
              SELECT
                "t20"."urn",
                "t20"."child",
                "t20"."contact",
                "t20"."contact_id",
                "t20"."family",
                "t20"."day",
                "t20"."decided",
                "t20"."referred",
                "t20"."settled",
                "t20"."gravity",
                "t20"."reason",
                "t20"."as_of",
                "t20"."recontact_days",
                "t20"."referral_within_days",
                "t20"."clock_from_referral",
                "t20"."decision_days",
                "t20"."status",
                "t20"."next_day",
                "t20"."recontacted",
                "t4"."window",
                "t4"."first_day",
                "t4"."last_day"
              FROM (
                SELECT
                  "t17"."urn",
                  "t17"."child",
                  "t17"."contact",
                  "t17"."contact_id",
                  "t17"."family",
                  "t17"."day",
                  "t17"."decided",
                  "t17"."referred",
                  "t17"."settled",
                  "t17"."gravity",
                  "t17"."reason",
                  "t17"."as_of",
                  "t17"."recontact_days",
                  "t17"."referral_within_days",
                  "t17"."clock_from_referral",
                  "t17"."decision_days",
                  "t17"."status",
                  "t17"."next_day",
                  (
                    "t17"."settled" = 'NFA'
                  )
                  AND COALESCE((
                    "t17"."next_day" - "t17"."day"
                  ) <= "t17"."recontact_days", FALSE) AS "recontacted"
                FROM (
                  SELECT
                    "t11"."urn",
                    "t11"."child",
                    "t11"."contact",
                    "t11"."contact_id",
                    "t11"."family",
                    "t11"."day",
                    "t11"."decided",
                    "t11"."referred",
                    "t11"."settled",
                    "t11"."gravity",
                    "t11"."reason",
                    "t11"."as_of",
                    "t11"."recontact_days",
                    "t11"."referral_within_days",
                    "t11"."clock_from_referral",
                    "t11"."decision_days",
                    "t11"."status",
                    "t15"."next_day"
                  FROM (
                    SELECT
                      *
                    FROM "school_contacts" AS "t0"
                    WHERE
                      "t0"."status" = 'new'
                  ) AS "t11"
                  INNER JOIN (
                    SELECT
                      "t12"."child",
                      "t12"."day",
                      LEAD("t12"."day") OVER (
                        PARTITION BY "t12"."child"
                        ORDER BY "t12"."day" ASC NULLS LAST
                        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                      ) AS "next_day"
                    FROM (
                      SELECT DISTINCT
                        "t9"."child",
                        "t9"."day"
                      FROM (
                        SELECT
                          "t5"."contact",
                          "t5"."child",
                          "t5"."day",
                          "t5"."month",
                          "t5"."decided",
                          "t5"."by_school",
                          "t5"."unclear_source",
                          "t5"."urn",
                          "t5"."resolution",
                          "t5"."open_case",
                          "t5"."outcome",
                          "t5"."reason",
                          "t5"."attended",
                          "t5"."linkage",
                          "t5"."contact_id",
                          "t5"."family",
                          "t5"."referred",
                          "t6"."cut_off",
                          "t6"."as_of",
                          "t6"."settling_days",
                          "t6"."repeat_days",
                          "t6"."recontact_days",
                          "t6"."open_cases_set_aside",
                          "t6"."by_attended",
                          "t6"."outcomes_derived",
                          "t6"."referral_within_days",
                          "t6"."referrals_from",
                          "t6"."referrals_to",
                          "t6"."same_day_one",
                          "t6"."clock_from_referral",
                          "t6"."decision_days"
                        FROM "events" AS "t5"
                        CROSS JOIN "settings" AS "t6"
                      ) AS "t9"
                      WHERE
                        "t9"."day" <= "t9"."cut_off"
                    ) AS "t12"
                  ) AS "t15"
                    ON "t11"."child" = "t15"."child" AND "t11"."day" = "t15"."day"
                ) AS "t17"
              ) AS "t20"
              INNER JOIN "windows" AS "t4"
                ON "t20"."day" >= "t4"."first_day" AND "t20"."day" <= "t4"."last_day"
            ) AS "t21"
          ) AS "t22"
          GROUP BY
            1,
            2,
            3
        ) AS "t23"
        GROUP BY
          1,
          2
      ) AS "t24"
    ) AS "t25"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t16"."urn",
        "t16"."window",
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
        "t16"."open_case",
        "t16"."repeats",
        CAST(0 AS INTEGER) AS "csa_any"
      FROM (
        SELECT
          "t13"."urn",
          "t13"."window",
          SUM(CAST(IIF("t13"."status" = 'open', 1, 0) AS INTEGER)) AS "open_case",
          SUM(CAST(IIF("t13"."status" = 'repeat', 1, 0) AS INTEGER)) AS "repeats"
        FROM (
          SELECT
            "t10"."urn",
            "t10"."child",
            "t10"."contact",
            "t10"."contact_id",
            "t10"."family",
            "t10"."day",
            "t10"."decided",
            "t10"."referred",
            "t10"."settled",
            "t10"."gravity",
            "t10"."reason",
            "t10"."as_of",
            "t10"."recontact_days",
            "t10"."referral_within_days",
            "t10"."clock_from_referral",
            "t10"."decision_days",
            "t10"."status",
            "t4"."window",
            "t4"."first_day",
            "t4"."last_day"
          FROM (
            SELECT
              *
            FROM "school_contacts" AS "t0"
            WHERE
              "t0"."status" <> 'new'
          ) AS "t10"
          INNER JOIN "windows" AS "t4"
            ON "t10"."day" >= "t4"."first_day" AND "t10"."day" <= "t4"."last_day"
        ) AS "t13"
        GROUP BY
          1,
          2
      ) AS "t16"
    ) AS "t18"
  ) AS "t26"
  GROUP BY
    1,
    2
) AS "t27"
ORDER BY
  "t27"."urn" ASC NULLS LAST,
  "t27"."window" ASC NULLS LAST
