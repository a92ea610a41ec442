WITH "t5" AS (
  SELECT
    "t4"."contact",
    "t4"."child",
    "t4"."day",
    "t4"."month",
    "t4"."decided",
    "t4"."by_school",
    "t4"."unclear_source",
    IIF("t4"."by_attended", "t4"."attended", "t4"."urn") AS "urn",
    IIF(
      "t4"."by_attended" AND "t4"."by_school",
      IIF(
        "t4"."attended" IS NOT NULL,
        'matched',
        IIF("t4"."linkage" = 'elsewhere', 'not-a-school', 'unresolved')
      ),
      "t4"."resolution"
    ) AS "resolution",
    "t4"."open_case",
    "t4"."outcome",
    "t4"."reason",
    "t4"."attended",
    "t4"."linkage",
    "t4"."contact_id",
    "t4"."family",
    "t4"."referred",
    "t4"."cut_off",
    "t4"."as_of",
    "t4"."settling_days",
    "t4"."repeat_days",
    "t4"."recontact_days",
    "t4"."open_cases_set_aside",
    "t4"."by_attended",
    "t4"."outcomes_derived",
    "t4"."referral_within_days",
    "t4"."referrals_from",
    "t4"."referrals_to",
    "t4"."same_day_one",
    "t4"."clock_from_referral",
    "t4"."decision_days",
    IIF(
      "t4"."outcomes_derived",
      IIF(
        COALESCE("t4"."day" < "t4"."referrals_from", TRUE),
        'MISSING',
        IIF(
          COALESCE(
            (
              (
                "t4"."referred" - "t4"."day"
              ) <= "t4"."referral_within_days"
            )
            AND (
              "t4"."referred" <= "t4"."as_of"
            ),
            FALSE
          ),
          'REFERRAL',
          IIF(
            COALESCE(
              (
                (
                  "t4"."day" + "t4"."referral_within_days"
                ) > "t4"."as_of"
              )
              OR (
                (
                  "t4"."day" + "t4"."referral_within_days"
                ) > "t4"."referrals_to"
              ),
              TRUE
            ),
            'PENDING',
            'NFA'
          )
        )
      ),
      IIF(
        COALESCE("t4"."decided" > "t4"."as_of", FALSE)
        OR (
          (
            "t4"."outcome" = 'MISSING'
          )
          AND (
            (
              "t4"."day" + "t4"."settling_days"
            ) > "t4"."as_of"
          )
        ),
        'PENDING',
        "t4"."outcome"
      )
    ) AS "settled"
  FROM (
    SELECT
      "t2"."contact",
      "t2"."child",
      "t2"."day",
      "t2"."month",
      "t2"."decided",
      "t2"."by_school",
      "t2"."unclear_source",
      "t2"."urn",
      "t2"."resolution",
      "t2"."open_case",
      "t2"."outcome",
      "t2"."reason",
      "t2"."attended",
      "t2"."linkage",
      "t2"."contact_id",
      "t2"."family",
      "t2"."referred",
      "t3"."cut_off",
      "t3"."as_of",
      "t3"."settling_days",
      "t3"."repeat_days",
      "t3"."recontact_days",
      "t3"."open_cases_set_aside",
      "t3"."by_attended",
      "t3"."outcomes_derived",
      "t3"."referral_within_days",
      "t3"."referrals_from",
      "t3"."referrals_to",
      "t3"."same_day_one",
      "t3"."clock_from_referral",
      "t3"."decision_days"
    FROM "events" AS "t2"
    CROSS JOIN "settings" AS "t3"
  ) AS "t4"
  WHERE
    "t4"."day" <= "t4"."cut_off"
    AND "t4"."by_school"
    AND IIF("t4"."by_attended", "t4"."attended", "t4"."urn") IS NOT NULL
)
SELECT
  *
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
    IIF("t11"."set_aside", 'repeat', 'new') AS "status"
  FROM (
    SELECT
      "t10"."contact",
      "t10"."child",
      "t10"."day",
      "t10"."month",
      "t10"."decided",
      "t10"."by_school",
      "t10"."unclear_source",
      "t10"."urn",
      "t10"."resolution",
      "t10"."open_case",
      "t10"."outcome",
      "t10"."reason",
      "t10"."attended",
      "t10"."linkage",
      "t10"."contact_id",
      "t10"."family",
      "t10"."referred",
      "t10"."cut_off",
      "t10"."as_of",
      "t10"."settling_days",
      "t10"."repeat_days",
      "t10"."recontact_days",
      "t10"."open_cases_set_aside",
      "t10"."by_attended",
      "t10"."outcomes_derived",
      "t10"."referral_within_days",
      "t10"."referrals_from",
      "t10"."referrals_to",
      "t10"."same_day_one",
      "t10"."clock_from_referral",
      "t10"."decision_days",
      "t10"."settled",
      "t10"."gravity",
      "t10"."on_open_case",
      "t10"."day_before",
      "t10"."first_of_day",
      "t10"."soon",
      (
        MAX(CAST(IIF("t10"."soon", 1, 0) AS INTEGER)) OVER (
          PARTITION BY "t10"."urn", "t10"."child", "t10"."day"
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) > 0
      )
      OR (
        NOT (
          "t10"."first_of_day"
        ) AND "t10"."same_day_one"
      ) AS "set_aside"
    FROM (
      SELECT
        "t9"."contact",
        "t9"."child",
        "t9"."day",
        "t9"."month",
        "t9"."decided",
        "t9"."by_school",
        "t9"."unclear_source",
        "t9"."urn",
        "t9"."resolution",
        "t9"."open_case",
        "t9"."outcome",
        "t9"."reason",
        "t9"."attended",
        "t9"."linkage",
        "t9"."contact_id",
        "t9"."family",
        "t9"."referred",
        "t9"."cut_off",
        "t9"."as_of",
        "t9"."settling_days",
        "t9"."repeat_days",
        "t9"."recontact_days",
        "t9"."open_cases_set_aside",
        "t9"."by_attended",
        "t9"."outcomes_derived",
        "t9"."referral_within_days",
        "t9"."referrals_from",
        "t9"."referrals_to",
        "t9"."same_day_one",
        "t9"."clock_from_referral",
        "t9"."decision_days",
        "t9"."settled",
        "t9"."gravity",
        "t9"."on_open_case",
        "t9"."day_before",
        COALESCE("t9"."day_before" < "t9"."day", TRUE) AS "first_of_day",
        COALESCE("t9"."day_before" < "t9"."day", TRUE)
        AND COALESCE((
          "t9"."day" - "t9"."day_before"
        ) <= "t9"."repeat_days", FALSE) AS "soon"
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
          "t8"."gravity",
          "t8"."on_open_case",
          LAG("t8"."day") OVER (
            PARTITION BY "t8"."urn", "t8"."child"
            ORDER BY "t8"."day" ASC NULLS LAST, "t8"."gravity" ASC NULLS LAST, IIF("t8"."reason" = 'SEXUAL_ABUSE', 0, 1) ASC NULLS LAST, "t8"."contact" ASC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
          ) AS "day_before"
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
            "t6"."settled",
            CAST(CASE "t6"."settled"
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
            END AS INTEGER) AS "gravity",
            "t6"."open_case" AND "t6"."open_cases_set_aside" AS "on_open_case"
          FROM "t5" AS "t6"
          WHERE
            NOT (
              "t6"."open_case" AND "t6"."open_cases_set_aside"
            )
        ) AS "t8"
      ) AS "t9"
    ) AS "t10"
  ) AS "t11"
) AS "t12"
UNION ALL
SELECT
  *
FROM (
  SELECT
    "t6"."urn",
    "t6"."child",
    "t6"."contact",
    "t6"."contact_id",
    "t6"."family",
    "t6"."day",
    "t6"."decided",
    "t6"."referred",
    "t6"."settled",
    CAST(CASE "t6"."settled"
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
    END AS INTEGER) AS "gravity",
    "t6"."reason",
    "t6"."as_of",
    "t6"."recontact_days",
    "t6"."referral_within_days",
    "t6"."clock_from_referral",
    "t6"."decision_days",
    'open' AS "status"
  FROM "t5" AS "t6"
  WHERE
    "t6"."open_case" AND "t6"."open_cases_set_aside"
) AS "t7"
