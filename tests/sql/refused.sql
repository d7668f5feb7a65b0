-- DISTINCT
SELECT PREDICT(DISTINCT 'm', a, b) FROM t;

-- FILTER
SELECT id,
  PREDICT('m', a, ')') FILTER (WHERE a > 0) FROM t;

-- OVER
SELECT PREDICT('m', a, b) OVER (PARTITION BY k) FROM t;

-- OVER a named window
SELECT PREDICT('m', a, b) OVER w FROM t WINDOW w AS (PARTITION BY k);

-- ON both sides of an outer join
SELECT p.id FROM t p LEFT JOIN t q ON p.id = q.id AND PREDICT('m', p.a, q.b) > 0;

-- ON both sides of a full join
SELECT p.id FROM t p FULL JOIN t q ON p.id = q.id AND PREDICT('m', p.a, q.b) > 0;

-- ON both sides of an anti join
SELECT p.id FROM t p LEFT ANTI JOIN t q ON PREDICT('m', p.a, q.b) > 0;

-- a lambda
SELECT transform(array(a), e -> PREDICT('m', e, b)) FROM t;

-- EXISTS over both queries
SELECT id FROM t p WHERE EXISTS (SELECT 1 FROM t q WHERE PREDICT('m', p.a, q.b) > 0);

-- IN over both queries
SELECT id FROM t p WHERE id IN (SELECT id FROM t q WHERE PREDICT('m', p.a, q.b) > 0);

-- a left lateral join over both queries
SELECT id, s FROM t p LEFT JOIN LATERAL (SELECT q.a AS s FROM t q WHERE PREDICT('m', p.a, q.b) > 0);

-- what only looks like a clause
SELECT PREDICT('m', max(a) FILTER (WHERE k = 'k1'), count(DISTINCT k)) AS s FROM t;
