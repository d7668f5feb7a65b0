-- a call in SELECT and WHERE is one
SELECT id, PREDICT('m', a, b) AS s FROM t WHERE PREDICT('m', a, b) > 0;

-- a filter that does not read the score goes below it, cheap conjuncts first
SELECT s FROM (SELECT k, PREDICT('m', a, b) AS s FROM t) WHERE s > 0 AND k = 'k1';

-- two scores in a WHERE: the first filters before the second
SELECT id FROM t WHERE PREDICT('n', a, b) > 0 AND id < 6 AND PREDICT('m', a, b) > 0;

-- a limit goes below
SELECT id, PREDICT('m', a, b) AS s FROM t LIMIT 3;

-- a sort that does not read the score goes below with its limit
SELECT id, PREDICT('m', a, b) AS s FROM t ORDER BY id LIMIT 3;

-- a sort by the score has an exchange, so that its sample does not score
SELECT id FROM t ORDER BY PREDICT('m', a, b);

-- the best by score: no sample, no exchange
SELECT id FROM t ORDER BY PREDICT('m', a, b) DESC LIMIT 3;

-- an unused score vanishes
SELECT k, count(*) AS c FROM (SELECT k, PREDICT('m', a, b) AS s FROM t) GROUP BY k;

-- equal calls through subqueries are one
SELECT s, PREDICT('m', a, b) + 1 AS r FROM (SELECT *, PREDICT('m', a, b) AS s FROM t) WHERE s > 0;

-- equal calls with computed arguments are one
SELECT PREDICT('m', a + 1, b) AS s FROM t WHERE PREDICT('m', a + 1, b) > 0;

-- calls that are equal once constants are folded are one
SELECT PREDICT('m', a, 1D + 1D) AS s, PREDICT('m', a, 2D) AS r FROM t;

-- the columns that nobody reads are not read
SELECT max(PREDICT('m', *)) AS s FROM t;

-- a guard
SELECT CASE WHEN x IS NOT NULL THEN PREDICT('n', x, b) END AS s FROM t;

-- a guard behind the call
SELECT PREDICT('n', x, b) > 0 AND x IS NOT NULL AS s FROM t;

-- a guard with computed arguments, of two places
SELECT CASE WHEN x > 5 THEN PREDICT('n', x + 1, b) END AS s, IF(x < 2, PREDICT('n', x + 1, b), 0) AS r FROM t;

-- guarded below and above: one
SELECT s, CASE WHEN x > 5 THEN PREDICT('n', x, b) END AS r FROM (SELECT *, CASE WHEN x > 5 THEN PREDICT('n', x, b) END AS s FROM t);

-- a join ON one side is filtered below the join
SELECT p.id FROM t p JOIN t q ON p.id = q.id AND p.x IS NOT NULL AND PREDICT('n', p.x, p.b) > 0;

-- a join ON both sides is filtered above the join
SELECT p.id FROM t p JOIN t q ON p.id = q.id AND PREDICT('m', p.a, q.b) > 0;

-- a union of one view scores each of its branches: Spark plans them apart
SELECT s FROM v UNION ALL SELECT s + 1 FROM v;

-- a cached score is read
SELECT id FROM c WHERE s > 0;
