-- a scalar subquery
SELECT id FROM t WHERE PREDICT('m', a, b) = (SELECT max(PREDICT('m', a, b)) FROM t);

-- a correlated scalar subquery that scores its own rows
SELECT id, (SELECT max(PREDICT('m', q.a, q.b)) FROM t q WHERE q.k = p.k) AS s FROM t p;

-- a correlated scalar subquery with the score in its WHERE
SELECT id, (SELECT max(q.a) FROM t q WHERE q.k = p.k AND PREDICT('m', q.a, q.b) < 4) AS s FROM t p;

-- a correlated scalar subquery that compares scores
SELECT id, (SELECT max(q.a) FROM t q WHERE PREDICT('m', q.a, q.b) = PREDICT('m', p.a, p.b)) AS s FROM t p;

-- a scalar subquery that scores the outer row
SELECT id, (SELECT PREDICT('m', p.a, p.b)) AS s FROM t p;

-- a scalar subquery that scores aggregates
SELECT id, (SELECT PREDICT('m', max(q.a), min(q.b)) FROM t q WHERE q.k = p.k) AS s FROM t p;

-- EXISTS
SELECT id FROM t p WHERE EXISTS (SELECT 1 FROM t q WHERE q.id = p.id AND PREDICT('m', q.a, q.b) > 0);

-- NOT EXISTS
SELECT id FROM t p WHERE NOT EXISTS (SELECT 1 FROM t q WHERE q.id = p.id AND PREDICT('m', q.a, q.b) > 0);

-- EXISTS that scores the outer row
SELECT id FROM t p WHERE EXISTS (SELECT 1 FROM t q WHERE q.id = p.id AND PREDICT('m', p.a, p.b) > q.a);

-- IN
SELECT id FROM t WHERE PREDICT('m', a, b) IN (SELECT PREDICT('n', a, b) FROM t WHERE k = 'k1');

-- LATERAL
SELECT id, s FROM t p, LATERAL (SELECT PREDICT('m', p.a, p.b) AS s) WHERE s > 3;

-- LATERAL over rows of both
SELECT p.id, q.id AS other, s FROM t p, LATERAL (SELECT id, PREDICT('m', p.a, q.b) AS s FROM t q WHERE q.k = p.k AND q.id < 2) q;

-- FROM a subquery that is filtered by its score
SELECT id FROM (SELECT id, k, PREDICT('m', a, b) AS s FROM t) WHERE s > 0 AND k = 'k0';
