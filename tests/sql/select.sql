-- the select list
SELECT id, PREDICT('m', a, b) AS s FROM t;

-- a star
SELECT id, PREDICT('m', *) AS s FROM t;

-- inside other functions and in itself
SELECT id, round(abs(PREDICT('m', a, b)), 1) AS s, PREDICT('n', PREDICT('m', a, b), b) AS twice FROM t;

-- three deep
SELECT PREDICT('n', PREDICT('n', PREDICT('m', a, b), b), b) AS s FROM t WHERE id < 2;

-- CASE with a call in each part
SELECT id, CASE WHEN PREDICT('m', a, b) > 2 THEN PREDICT('r', a, b) ELSE -PREDICT('m', a, b) END AS s FROM t;

-- WHERE
SELECT id FROM t WHERE PREDICT('m', a, b) > 0;

-- a star in WHERE
SELECT id FROM t WHERE PREDICT('m', *) > 0 AND k = 'k1';

-- ORDER BY, in order
SELECT id FROM t ORDER BY PREDICT('m', a, b) DESC;

-- ORDER BY with LIMIT, in order
SELECT id, a FROM t ORDER BY PREDICT('m', b, a), id LIMIT 3;

-- ORDER BY a column that has the score, in order
SELECT id, PREDICT('m', a, b) AS s FROM t ORDER BY s DESC LIMIT 2;

-- DISTINCT
SELECT DISTINCT PREDICT('m', a, b) > 0 AS positive FROM t;

-- a window function over the score
SELECT id, rank() OVER (PARTITION BY k ORDER BY PREDICT('m', a, b) DESC) AS r FROM t;

-- a window partitioned by the score
SELECT id, count(*) OVER (PARTITION BY PREDICT('m', a, b) > 0) AS c FROM t;

-- the score as what the window aggregates
SELECT id, sum(PREDICT('m', a, b)) OVER (ORDER BY id ROWS 1 PRECEDING) AS s FROM t;

-- a star in a window
SELECT id, row_number() OVER (ORDER BY PREDICT('m', *)) AS r FROM t;

-- a generator
SELECT id, explode(array(PREDICT('m', a, b), a)) AS e FROM t WHERE id < 2;

-- LATERAL VIEW
SELECT id, s FROM t LATERAL VIEW explode(array(PREDICT('m', a, b))) e AS s WHERE s > 3;

-- CTE used twice
WITH c AS (SELECT id, PREDICT('m', a, b) AS s FROM t)
SELECT x.id, y.s FROM c AS x JOIN c AS y ON x.id = y.id WHERE x.s > 3;

-- UNION
SELECT PREDICT('m', a, b) AS s FROM t WHERE id = 0 UNION ALL SELECT PREDICT('r', a, b) FROM t WHERE id = 1;

-- EXCEPT and INTERSECT
SELECT PREDICT('m', a, b) AS s FROM t EXCEPT
(SELECT PREDICT('m', a, b) FROM t WHERE id < 3 INTERSECT SELECT PREDICT('m', a, b) FROM t WHERE id > 0);

-- a lambda that does not give its variable to the call
SELECT id, transform(array(1, 2), e -> e + PREDICT('m', a, b)) AS s FROM t WHERE id < 2;

-- DISTRIBUTE BY and SORT BY
SELECT id FROM t DISTRIBUTE BY PREDICT('m', a, b) > 0 SORT BY PREDICT('m', a, b);
