-- CASE
SELECT id, CASE WHEN x IS NOT NULL THEN PREDICT('n', x, b) END AS s FROM t;

-- the ELSE of a CASE
SELECT id, CASE WHEN x IS NULL THEN -1 WHEN x = 1 THEN -2 ELSE PREDICT('n', x, b) END AS s FROM t;

-- CASE of a value
SELECT id, CASE k WHEN 'k1' THEN PREDICT('n', x, b) END AS s FROM t WHERE x IS NOT NULL OR k = 'k0';

-- IF
SELECT id, IF(x IS NULL, -1, PREDICT('n', x, b)) AS s FROM t;

-- COALESCE and NVL
SELECT id, COALESCE(-x, PREDICT('n', a, b)) AS s, NVL(x, PREDICT('r', a, b)) AS r FROM t;

-- NVL2 and DECODE
SELECT id, NVL2(x, PREDICT('n', x, b), 0) AS s, DECODE(k, 'k1', PREDICT('m', a, b), 'k0', 0) AS d FROM t;

-- AND and OR in the select list
SELECT id, x IS NOT NULL AND PREDICT('n', x, b) > 5 AS s, x IS NULL OR PREDICT('n', x, b) > 5 AS o FROM t;

-- AND in WHERE
SELECT id FROM t WHERE x IS NOT NULL AND PREDICT('n', x, b) > 5;

-- AND in WHERE, the other way round
SELECT id FROM t WHERE PREDICT('n', x, b) > 5 AND x IS NOT NULL;

-- AND and OR behind the call in the select list
SELECT id, PREDICT('n', x, b) > 5 AND x IS NOT NULL AS s, PREDICT('n', x, b) > 5 OR x IS NULL AS o FROM t;

-- AND with an unknown condition, on either side of the call
SELECT id, x > 2 AND PREDICT('m', a, b) > 0 AS f, PREDICT('m', a, b) > 0 AND x > 2 AS s, PREDICT('m', a, b) > 0 OR x > 2 AS o FROM t;

-- AND behind the call, below OR and NOT
SELECT id FROM t WHERE id = 4 OR (PREDICT('n', x, b) > 5 AND x IS NOT NULL) OR NOT (PREDICT('n', x, b) > 3 OR x IS NULL);

-- AND behind the call in a CASE
SELECT id, CASE WHEN PREDICT('n', x, b) > 5 AND x > 5 THEN 'high' WHEN x IS NULL THEN 'none' ELSE 'low' END AS s FROM t;

-- AND behind two calls of which one guards the other
SELECT id, PREDICT('m', a, b) > 0 AND PREDICT('n', x, b) > 5 AND x IS NOT NULL AS s FROM t;

-- a guard behind arguments that fail
SELECT id, PREDICT('m', 6 / a, b) > 2 AND a <> 0 AS s, PREDICT('m', CAST(k AS DOUBLE), b) > 0 AND k LIKE 'x%' AS r FROM t;

-- a condition behind the call that fails where it is not reached
SELECT id, PREDICT('m', a, b) > 0.5 AND 1 / a > 0 AS s FROM t;

-- OR in WHERE
SELECT id FROM t WHERE x IS NULL OR PREDICT('n', x, b) > 10;

-- NOT in WHERE
SELECT id FROM t WHERE NOT (x IS NULL OR PREDICT('n', x, b) > 10);

-- a call that guards a call in WHERE
SELECT id FROM t WHERE PREDICT('m', a, b) > -5 AND PREDICT('n', x, b) > 5 AND id NOT IN (0, 4);

-- a call in the condition and in the branch
SELECT id, CASE WHEN x IS NOT NULL AND PREDICT('n', x, b) > 5 THEN PREDICT('n', x, b) END AS s FROM t;

-- a call in a call
SELECT id, CASE WHEN x IS NOT NULL THEN PREDICT('n', PREDICT('n', x, b), b) END AS s FROM t;

-- arguments that fail where the branch is not taken
SELECT id, CASE WHEN k <> 'k0' THEN PREDICT('m', CAST(substr(k, 2) AS INT), 1 / CAST(substr(k, 2) AS INT)) END AS s FROM t;

-- a guard that fails where it is not reached
SELECT id, CASE WHEN id <> 3 THEN CASE WHEN 1 / a > 0 THEN PREDICT('m', a, b) END END AS s FROM t;

-- FILTER of an aggregate
SELECT k, sum(PREDICT('n', x, b)) FILTER (WHERE x IS NOT NULL) AS s FROM t GROUP BY k;

-- CASE in an aggregate
SELECT k, sum(CASE WHEN x IS NOT NULL THEN PREDICT('n', x, b) ELSE 0 END) AS s FROM t GROUP BY k;

-- CASE over aggregates
SELECT k, CASE WHEN max(a) > 3.5 THEN PREDICT('m', max(a), min(b)) END AS s FROM t GROUP BY k;

-- GROUP BY a guarded score
SELECT CASE WHEN x IS NOT NULL THEN PREDICT('n', x, b) > 5 END AS s, count(*) AS c FROM t GROUP BY CASE WHEN x IS NOT NULL THEN PREDICT('n', x, b) > 5 END;

-- ORDER BY a guarded score, in order
SELECT id FROM t ORDER BY CASE WHEN x IS NOT NULL THEN PREDICT('n', x, b) END DESC NULLS LAST, id;

-- ON
SELECT p.id FROM t p JOIN t q ON p.id = q.id AND p.x IS NOT NULL AND PREDICT('n', p.x, q.b) > 5;

-- ON an outer join
SELECT p.id, q.id AS other FROM t p LEFT JOIN t q ON p.id = q.id AND q.x IS NOT NULL AND PREDICT('n', q.x, q.b) > 5;

-- ON, with a CASE over both sides
SELECT p.id FROM t p JOIN t q ON CASE WHEN p.id = q.id AND p.x IS NOT NULL THEN PREDICT('n', p.x, p.b) > 5 END;

-- EXISTS
SELECT id FROM t p WHERE EXISTS (SELECT 1 FROM t q WHERE q.id = p.id AND q.x IS NOT NULL AND PREDICT('n', q.x, q.b) > 5);

-- a scalar subquery as the condition
SELECT id, CASE WHEN (SELECT max(q.x) FROM t q WHERE q.id = p.id) > 2 THEN PREDICT('n', x, b) END AS s FROM t p;

-- a window result as the condition
SELECT id, CASE WHEN row_number() OVER (ORDER BY id) % 4 <> 1 THEN PREDICT('n', x, b) END AS s FROM t;

-- guarded below and above
SELECT id, s, CASE WHEN x IS NOT NULL THEN PREDICT('n', x, b) END AS again
FROM (SELECT *, CASE WHEN x IS NOT NULL THEN PREDICT('n', x, b) END AS s FROM t);

-- two models that guard each other
SELECT id, CASE WHEN k = 'k1' AND PREDICT('m', a, b) > 0 THEN PREDICT('n', b, a) END AS s,
  CASE WHEN k = 'k0' AND PREDICT('n', b, a) > 0 THEN PREDICT('m', a, b) END AS r FROM t;
