-- ON over both sides
SELECT p.id, q.id AS other FROM t p JOIN t q ON p.id < q.id AND PREDICT('m', p.a, q.b) > 4;

-- ON over one side
SELECT p.id FROM t p JOIN t q ON p.id = q.id AND PREDICT('m', p.a, p.b) > 0;

-- ON equal scores
SELECT p.id, q.id AS other FROM t p JOIN t q ON PREDICT('m', p.a, p.b) = PREDICT('n', q.a, q.b);

-- ON with a star of one side
SELECT p.id FROM t p JOIN t q ON p.id = q.id AND PREDICT('m', p.*) > 0;

-- ON with a star of both sides
SELECT p.id FROM t p JOIN (SELECT id AS i FROM t) q ON p.id = q.i AND PREDICT('m', *) > 0;

-- ON an inner join, nested
SELECT p.id FROM t p JOIN t q ON p.id = q.id AND PREDICT('n', PREDICT('m', p.a, q.b), p.b) > 3;

-- CROSS JOIN and WHERE
SELECT p.id, q.id AS other FROM t p CROSS JOIN t q WHERE PREDICT('m', p.a, q.b) > 8;

-- USING and WHERE
SELECT id FROM t p JOIN t q USING (id) WHERE PREDICT('m', p.a, q.b) > 0;

-- an outer join ON one side
SELECT p.id, q.id AS other FROM t p LEFT JOIN t q ON p.id = q.id AND PREDICT('m', q.a, q.b) > 3;

-- an outer join ON the other side
SELECT p.id, q.id AS other FROM t p LEFT JOIN t q ON p.id = q.id AND PREDICT('m', p.a, p.b) > 3;

-- a full join ON one side
SELECT p.id, q.id AS other FROM t p FULL JOIN t q ON p.id = q.id AND PREDICT('m', q.a, q.b) > 3;

-- a semi join ON one side
SELECT p.id FROM t p LEFT SEMI JOIN t q ON p.id = q.id AND PREDICT('m', q.a, q.b) > 3;

-- an anti join ON one side
SELECT p.id FROM t p LEFT ANTI JOIN t q ON p.id = q.id AND PREDICT('m', q.a, q.b) > 3;

-- a score of an outer join's rows
SELECT p.id, CASE WHEN q.b IS NOT NULL THEN PREDICT('m', p.a, q.b) END AS s
FROM t p LEFT JOIN t q ON p.id = q.id AND q.id < 2;
