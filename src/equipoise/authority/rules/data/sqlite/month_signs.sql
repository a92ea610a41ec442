SELECT
  *
FROM (
  SELECT
    "t21"."month",
    SUM("t21"."contacts") AS "contacts",
    SUM("t21"."school_contacts") AS "school_contacts",
    SUM("t21"."unresolved") AS "unresolved",
    SUM("t21"."not_school") AS "not_school",
    SUM("t21"."unclear_source") AS "unclear_source",
    SUM("t21"."open_case") AS "open_case",
    SUM("t21"."nfa") AS "nfa",
    SUM("t21"."by_absence") AS "by_absence",
    SUM("t21"."missing") AS "missing",
    SUM("t21"."unmapped") AS "unmapped",
    SUM("t21"."copies") AS "copies",
    SUM("t21"."conflicts") AS "conflicts",
    SUM("t21"."child_days") AS "child_days",
    SUM("t21"."soon") AS "soon",
    SUM("t21"."twins") AS "twins"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t10"."month",
            "t10"."contacts",
            "t10"."school_contacts",
            "t10"."unresolved",
            "t10"."not_school",
            "t10"."unclear_source",
            "t10"."open_case",
            "t10"."nfa",
            "t10"."by_absence",
            "t10"."missing",
            "t10"."unmapped",
            CAST(0 AS INTEGER) AS "copies",
            CAST(0 AS INTEGER) AS "conflicts",
            CAST(0 AS INTEGER) AS "child_days",
            CAST(0 AS INTEGER) AS "soon",
            CAST(0 AS INTEGER) AS "twins"
          FROM (
            SELECT
              "t0"."month",
              COUNT(*) AS "contacts",
              SUM(CAST(IIF("t0"."by_school", 1, 0) AS INTEGER)) AS "school_contacts",
              SUM(
                CAST(IIF(
                  "t0"."by_school"
                  AND NOT (
                    "t0"."resolution" IN ('', 'matched', 'domain', 'not-a-school')
                  ),
                  1,
                  0
                ) AS INTEGER)
              ) AS "unresolved",
              SUM(
                CAST(IIF("t0"."by_school" AND (
                  "t0"."resolution" = 'not-a-school'
                ), 1, 0) AS INTEGER)
              ) AS "not_school",
              SUM(CAST(IIF("t0"."unclear_source", 1, 0) AS INTEGER)) AS "unclear_source",
              SUM(CAST(IIF("t0"."open_case", 1, 0) AS INTEGER)) AS "open_case",
              SUM(CAST(IIF("t0"."outcome" = 'NFA', 1, 0) AS INTEGER)) AS "nfa",
              SUM(CAST(IIF("t0"."by_absence", 1, 0) AS INTEGER)) AS "by_absence",
              SUM(CAST(IIF("t0"."outcome" = 'MISSING', 1, 0) AS INTEGER)) AS "missing",
              SUM(CAST(IIF("t0"."outcome" IN ('AMBIGUOUS', 'UNMAPPED'), 1, 0) AS INTEGER)) AS "unmapped"
            FROM "kept" AS "t0"
            GROUP BY
              1
          ) AS "t10"
        ) AS "t13"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            "t15"."month",
            CAST(0 AS INTEGER) AS "contacts",
            CAST(0 AS INTEGER) AS "school_contacts",
            CAST(0 AS INTEGER) AS "unresolved",
            CAST(0 AS INTEGER) AS "not_school",
            CAST(0 AS INTEGER) AS "unclear_source",
            CAST(0 AS INTEGER) AS "open_case",
            CAST(0 AS INTEGER) AS "nfa",
            CAST(0 AS INTEGER) AS "by_absence",
            CAST(0 AS INTEGER) AS "missing",
            CAST(0 AS INTEGER) AS "unmapped",
            "t15"."copies",
            "t15"."conflicts",
            CAST(0 AS INTEGER) AS "child_days",
            CAST(0 AS INTEGER) AS "soon",
            CAST(0 AS INTEGER) AS "twins"
          FROM (
            SELECT
              "t9"."month",
              SUM(CAST(IIF("t9"."aside" = 'double-export', 1, 0) AS INTEGER)) AS "copies",
              SUM(CAST(IIF("t9"."aside" = 'conflicting-copy', 1, 0) AS INTEGER)) AS "conflicts"
            FROM (
              SELECT
                "t7"."number",
                "t7"."month",
                "t3"."aside"
              FROM (
                SELECT
                  "t1"."number",
                  "t1"."month"
                FROM "records" AS "t1"
              ) AS "t7"
              INNER JOIN "copies" AS "t3"
                ON "t7"."number" = "t3"."number"
            ) AS "t9"
            GROUP BY
              1
          ) AS "t15"
        ) AS "t17"
      ) AS "t19"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t16"."month",
          CAST(0 AS INTEGER) AS "contacts",
          CAST(0 AS INTEGER) AS "school_contacts",
          CAST(0 AS INTEGER) AS "unresolved",
          CAST(0 AS INTEGER) AS "not_school",
          CAST(0 AS INTEGER) AS "unclear_source",
          CAST(0 AS INTEGER) AS "open_case",
          CAST(0 AS INTEGER) AS "nfa",
          CAST(0 AS INTEGER) AS "by_absence",
          CAST(0 AS INTEGER) AS "missing",
          CAST(0 AS INTEGER) AS "unmapped",
          CAST(0 AS INTEGER) AS "copies",
          CAST(0 AS INTEGER) AS "conflicts",
          "t16"."child_days",
          "t16"."soon",
          CAST(0 AS INTEGER) AS "twins"
        FROM (
          SELECT
            "t12"."month",
            COUNT(*) AS "child_days",
            SUM(CAST(IIF("t12"."soon", 1, 0) AS INTEGER)) AS "soon"
          FROM (
            SELECT
              "t5"."child",
              "t5"."day",
              "t5"."month",
              COALESCE(
                (
                  "t5"."day" - LAG("t5"."day") OVER (
                    PARTITION BY "t5"."child"
                    ORDER BY "t5"."day" ASC NULLS LAST
                    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                  )
                ) <= 28,
                FALSE
              ) AS "soon"
            FROM (
              SELECT DISTINCT
                "t0"."child",
                "t0"."day",
                "t0"."month"
              FROM "kept" AS "t0"
            ) AS "t5"
          ) AS "t12"
          GROUP BY
            1
        ) AS "t16"
      ) AS "t18"
    ) AS "t20"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t11"."month",
        CAST(0 AS INTEGER) AS "contacts",
        CAST(0 AS INTEGER) AS "school_contacts",
        CAST(0 AS INTEGER) AS "unresolved",
        CAST(0 AS INTEGER) AS "not_school",
        CAST(0 AS INTEGER) AS "unclear_source",
        CAST(0 AS INTEGER) AS "open_case",
        CAST(0 AS INTEGER) AS "nfa",
        CAST(0 AS INTEGER) AS "by_absence",
        CAST(0 AS INTEGER) AS "missing",
        CAST(0 AS INTEGER) AS "unmapped",
        CAST(0 AS INTEGER) AS "copies",
        CAST(0 AS INTEGER) AS "conflicts",
        CAST(0 AS INTEGER) AS "child_days",
        CAST(0 AS INTEGER) AS "soon",
        "t11"."twins"
      FROM (
        SELECT
          "t8"."month",
          SUM("t8"."rows" - 1) AS "twins"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t0"."child",
              "t0"."content",
              "t0"."month",
              COUNT(*) AS "rows"
            FROM "kept" AS "t0"
            GROUP BY
              1,
              2,
              3
          ) AS "t4"
          WHERE
            "t4"."rows" > 1
        ) AS "t8"
        GROUP BY
          1
      ) AS "t11"
    ) AS "t14"
  ) AS "t21"
  GROUP BY
    1
) AS "t22"
ORDER BY
  "t22"."month" ASC NULLS LAST
