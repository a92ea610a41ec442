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
    ) AS "school_reason_unclear",
    SUM(
      CAST(IIF("t9"."by_school" AND (
        "t9"."resolution" = 'domain'
      ), 1, 0) AS INTEGER)
    ) AS "school_by_domain"
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
      "t8"."attended",
      "t8"."linkage",
      "t8"."contact_id",
      "t8"."family",
      "t8"."referred",
      "t8"."cut_off",
      "t8"."as_of",
      "t8"."settling_days",
      "t8"."repeat_days",
      "t8"."recontact_days",
      "t8"."open_cases_set_aside",
      "t8"."by_attended",
      "t8"."outcomes_derived",
      "t8"."referral_within_days",
      "t8"."referrals_from",
      "t8"."referrals_to",
      "t8"."same_day_one",
      "t8"."clock_from_referral",
      "t8"."decision_days",
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
        IIF("t6"."by_attended", "t6"."attended", "t6"."urn") AS "urn",
        IIF(
          "t6"."by_attended" AND "t6"."by_school",
          IIF(
            "t6"."attended" IS NOT NULL,
            'matched',
            IIF("t6"."linkage" = 'elsewhere', 'not-a-school', 'unresolved')
          ),
          "t6"."resolution"
        ) AS "resolution",
        "t6"."open_case",
        "t6"."outcome",
        "t6"."reason",
        "t6"."attended",
        "t6"."linkage",
        "t6"."contact_id",
        "t6"."family",
        "t6"."referred",
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
        "t6"."decision_days",
        IIF(
          "t6"."outcomes_derived",
          IIF(
            COALESCE("t6"."day" < "t6"."referrals_from", TRUE),
            'MISSING',
            IIF(
              COALESCE(
                (
                  (
                    "t6"."referred" - "t6"."day"
                  ) <= "t6"."referral_within_days"
                )
                AND (
                  "t6"."referred" <= "t6"."as_of"
                ),
                FALSE
              ),
              'REFERRAL',
              IIF(
                COALESCE(
                  (
                    (
                      "t6"."day" + "t6"."referral_within_days"
                    ) > "t6"."as_of"
                  )
                  OR (
                    (
                      "t6"."day" + "t6"."referral_within_days"
                    ) > "t6"."referrals_to"
                  ),
                  TRUE
                ),
                'PENDING',
                'NFA'
              )
            )
          ),
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
          )
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
          "t4"."attended",
          "t4"."linkage",
          "t4"."contact_id",
          "t4"."family",
          "t4"."referred",
          "t5"."cut_off",
          "t5"."as_of",
          "t5"."settling_days",
          "t5"."repeat_days",
          "t5"."recontact_days",
          "t5"."open_cases_set_aside",
          "t5"."by_attended",
          "t5"."outcomes_derived",
          "t5"."referral_within_days",
          "t5"."referrals_from",
          "t5"."referrals_to",
          "t5"."same_day_one",
          "t5"."clock_from_referral",
          "t5"."decision_days"
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
