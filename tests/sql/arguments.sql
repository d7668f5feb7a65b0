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

-- a Python function
SELECT id, PREDICT('m', py_plus_one(a), b) AS s FROM t;

-- a pandas function, of itself
SELECT id, PREDICT('m', pandas_plus_one(pandas_plus_one(a)), b) AS s FROM t;

-- a function of the JVM
SELECT id, PREDICT('m', java_plus_one(a), b) AS s FROM t;

-- all three in one call and around it
SELECT id, java_plus_one(py_plus_one(PREDICT('m', java_plus_one(py_plus_one(a)), pandas_plus_one(b)))) AS s FROM t;

-- other functions of the score in WHERE
SELECT id FROM t WHERE pandas_plus_one(PREDICT('m', a, b)) > 2 AND java_plus_one(PREDICT('m', a, b)) < 6;

-- rand() that draws for each call
SELECT count(*) AS c FROM (SELECT PREDICT('m', rand(), 0) AS s, PREDICT('m', rand(), 0) AS o FROM t) WHERE s <> o;

-- a literal among columns
SELECT id, PREDICT('m', a, 1) AS s, PREDICT('m', a, CAST('1.5' AS DOUBLE)) AS c FROM t;

-- an aggregate with FILTER and an argument that is grouped
SELECT k, PREDICT('m', sum(a) FILTER (WHERE x IS NOT NULL), length(k)) AS s FROM t GROUP BY k;

-- a nested struct's field of an array's element
SELECT PREDICT('m', e[0].v.a, element_at(e, 1).b) AS s FROM (SELECT array(named_struct('v', struct(a), 'b', b)) AS e FROM t);
