SELECT
  *
FROM (
  SELECT
    "t16"."urn",
    "t16"."window",
    COUNT(*) AS "clock_started",
    SUM(CAST(IIF("t16"."known", 1, 0) AS INTEGER)) AS "decided_known",
    SUM(
      CAST(IIF(
        "t16"."known"
        AND COALESCE(
          (
            "t16"."decided" <= "t16"."start"
          )
          OR (
            (
              "t16"."ended" - "t16"."begun"
            ) <= "t16"."decision_days"
          ),
          FALSE
        ),
        1,
        0
      ) AS INTEGER)
    ) AS "decided_within_limit"
  FROM (
    SELECT
      "t15"."urn",
      "t15"."child",
      "t15"."contact",
      "t15"."contact_id",
      "t15"."family",
      "t15"."day",
      "t15"."decided",
      "t15"."referred",
      "t15"."settled",
      "t15"."gravity",
      "t15"."reason",
      "t15"."as_of",
      "t15"."recontact_days",
      "t15"."referral_within_days",
      "t15"."clock_from_referral",
      "t15"."decision_days",
      "t15"."status",
      "t15"."window",
      "t15"."first_day",
      "t15"."last_day",
      "t15"."start",
      "t15"."known",
      "t15"."begun",
      "t6"."decided" AS "decided_right",
      "t6"."ended"
    FROM (
      SELECT
        "t13"."urn",
        "t13"."child",
        "t13"."contact",
        "t13"."contact_id",
        "t13"."family",
        "t13"."day",
        "t13"."decided",
        "t13"."referred",
        "t13"."settled",
        "t13"."gravity",
        "t13"."reason",
        "t13"."as_of",
        "t13"."recontact_days",
        "t13"."referral_within_days",
        "t13"."clock_from_referral",
        "t13"."decision_days",
        "t13"."status",
        "t13"."window",
        "t13"."first_day",
        "t13"."last_day",
        "t13"."start",
        "t13"."known",
        "t13"."begun"
      FROM (
        SELECT
          "t12"."urn",
          "t12"."child",
          "t12"."contact",
          "t12"."contact_id",
          "t12"."family",
          "t12"."day",
          "t12"."decided",
          "t12"."referred",
          "t12"."settled",
          "t12"."gravity",
          "t12"."reason",
          "t12"."as_of",
          "t12"."recontact_days",
          "t12"."referral_within_days",
          "t12"."clock_from_referral",
          "t12"."decision_days",
          "t12"."status",
          "t12"."window",
          "t12"."first_day",
          "t12"."last_day",
          "t12"."start",
          "t12"."known",
          "t7"."start" AS "start_right",
          "t7"."begun"
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
            "t10"."window",
            "t10"."first_day",
            "t10"."last_day",
            IIF(
              "t10"."clock_from_referral",
              IIF(
                COALESCE(
                  (
                    (
                      "t10"."referred" - "t10"."day"
                    ) <= "t10"."referral_within_days"
                  )
                  AND (
                    "t10"."referred" <= "t10"."as_of"
                  ),
                  FALSE
                ),
                "t10"."referred",
                NULL
              ),
              "t10"."day"
            ) AS "start",
            COALESCE(
              (
                "t10"."decided" >= "t10"."day"
              ) AND (
                "t10"."decided" <= "t10"."as_of"
              ),
              FALSE
            ) AS "known"
          FROM (
            SELECT
              "t9"."urn",
              "t9"."child",
              "t9"."contact",
              "t9"."contact_id",
              "t9"."family",
              "t9"."day",
              "t9"."decided",
              "t9"."referred",
              "t9"."settled",
              "t9"."gravity",
              "t9"."reason",
              "t9"."as_of",
              "t9"."recontact_days",
              "t9"."referral_within_days",
              "t9"."clock_from_referral",
              "t9"."decision_days",
              "t9"."status",
              "t3"."window",
              "t3"."first_day",
              "t3"."last_day"
            FROM (
              SELECT
                *
              FROM "school_contacts" AS "t1"
              WHERE
                "t1"."status" = 'new'
            ) AS "t9"
            INNER JOIN "windows" AS "t3"
              ON "t9"."day" >= "t3"."first_day" AND "t9"."day" <= "t3"."last_day"
          ) AS "t10"
          WHERE
            IIF(
              "t10"."clock_from_referral",
              IIF(
                COALESCE(
                  (
                    (
                      "t10"."referred" - "t10"."day"
                    ) <= "t10"."referral_within_days"
                  )
                  AND (
                    "t10"."referred" <= "t10"."as_of"
                  ),
                  FALSE
                ),
                "t10"."referred",
                NULL
              ),
              "t10"."day"
            ) IS NOT NULL
        ) AS "t12"
        LEFT OUTER JOIN (
          SELECT
            "t0"."day" AS "start",
            "t0"."number" AS "begun"
          FROM "working_days" AS "t0"
        ) AS "t7"
          ON "t12"."start" = "t7"."start"
      ) AS "t13"
    ) AS "t15"
    LEFT OUTER JOIN (
      SELECT
        "t0"."day" AS "decided",
        "t0"."number" AS "ended"
      FROM "working_days" AS "t0"
    ) AS "t6"
      ON "t15"."decided" = "t6"."decided"
  ) AS "t16"
  GROUP BY
    1,
    2
) AS "t17"
ORDER BY
  "t17"."urn" ASC NULLS LAST,
  "t17"."window" ASC NULLS LAST
