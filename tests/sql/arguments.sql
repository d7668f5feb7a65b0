-- literals only
SELECT PREDICT('m', 1, 2.5) AS s;

-- literals only, for each row
SELECT id, PREDICT('m', 1, 2.5) AS s FROM t;

-- VALUES
SELECT PREDICT('m', *) AS s FROM VALUES (1, 2), (3, 4.5) AS v(a, b);

-- computed
SELECT id, PREDICT('m', a * 2, b + id) AS s FROM t;

-- another type
SELECT id, PREDICT('n', id, CAST(b AS DECIMAL(4, 2))) AS s FROM t;

-- a scalar subquery
SELECT id, PREDICT('m', (SELECT max(a) FROM t), b) AS s FROM t;

-- a correlated subquery
SELECT id, PREDICT('m', (SELECT max(q.a) FROM t q WHERE q.k = p.k), b) AS s FROM t p;

-- rand() that does not change the value
SELECT id, PREDICT('m', a + 0 * rand(), b) AS s FROM t;

-- window results
SELECT id, PREDICT('m', coalesce(lag(a) OVER (ORDER BY id), 0), row_number() OVER (ORDER BY id)) AS s FROM t;

-- struct fields
SELECT PREDICT('m', v.a, v.b) AS s FROM (SELECT struct(a, b) AS v FROM t);

-- a struct's star
SELECT PREDICT('m', v.*) AS s FROM (SELECT struct(b, a) AS v FROM t);

-- array elements and map values
SELECT PREDICT('m', e[0], f['b']) AS s FROM (SELECT array(a) AS e, map('b', b) AS f FROM t);

-- CASE as an argument
SELECT id, PREDICT('m', CASE WHEN x IS NULL THEN 0 ELSE x END, b) AS s FROM t;
