-- inside aggregates
SELECT k, sum(PREDICT('m', a, b)) AS s, max(PREDICT('m', a, b)) AS m FROM t GROUP BY k;

-- over aggregates
SELECT k, PREDICT('m', max(a), min(b)) AS s FROM t GROUP BY k;

-- over a grouping column and an aggregate, below and above at once
SELECT k, PREDICT('n', length(k), sum(PREDICT('m', a, b))) AS s FROM t GROUP BY k;

-- HAVING
SELECT k FROM t GROUP BY k HAVING sum(PREDICT('m', a, b)) > 4;

-- HAVING over aggregates
SELECT k FROM t GROUP BY k HAVING PREDICT('m', max(a), max(b)) > 6;

-- HAVING with a star
SELECT k, max(a) AS a, max(b) AS b FROM t GROUP BY k HAVING PREDICT('m', *) > 6;

-- GROUP BY the score
SELECT PREDICT('m', a, b) > 0 AS positive, count(*) AS c FROM t GROUP BY PREDICT('m', a, b) > 0;

-- GROUP BY with a star
SELECT count(*) AS c FROM t GROUP BY PREDICT('m', *) > 0;

-- GROUP BY an ordinal
SELECT PREDICT('m', a, b) > 0 AS positive, count(*) AS c FROM t GROUP BY 1;

-- ROLLUP
SELECT k, sum(PREDICT('m', a, b)) AS s FROM t GROUP BY ROLLUP(k);

-- ROLLUP of the score
SELECT PREDICT('m', a, b) > 0 AS positive, count(*) AS c FROM t GROUP BY ROLLUP(PREDICT('m', a, b) > 0);

-- GROUPING SETS
SELECT k, id % 2 AS o, sum(PREDICT('m', a, b)) AS s FROM t GROUP BY GROUPING SETS ((k), (id % 2), ());

-- count(DISTINCT)
SELECT count(DISTINCT PREDICT('m', a, b)) AS c, count(DISTINCT k) AS ks FROM t;

-- PIVOT of scores
SELECT * FROM (SELECT k, id % 3 AS o, PREDICT('m', a, b) AS s FROM t) PIVOT (sum(s) FOR o IN (0, 1));

-- PIVOT that scores
SELECT * FROM (SELECT k, id % 3 AS o, a, b FROM t) PIVOT (sum(PREDICT('m', a, b)) FOR o IN (0, 1));

-- max_by
SELECT max_by(id, PREDICT('m', a, b)) AS best FROM t;

-- ORDER BY an aggregate of scores, in order
SELECT k FROM t GROUP BY k ORDER BY sum(PREDICT('m', a, b)) DESC;

-- an aggregate of no rows
SELECT sum(PREDICT('m', a, b)) AS s, count(PREDICT('m', a, b)) AS c FROM t WHERE id > 100;
