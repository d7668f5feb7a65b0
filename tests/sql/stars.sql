-- ORDER BY a star, in order
SELECT * FROM t ORDER BY PREDICT('m', *) DESC;

-- ORDER BY a star over a select list that has the features, in order
SELECT b, id, a FROM t ORDER BY PREDICT('m', *), id;

-- ORDER BY a star over renamed columns, in order
SELECT id, b AS a, a AS b FROM t ORDER BY PREDICT('m', *), id;

-- ORDER BY a star over a select list that has them not
SELECT id FROM t ORDER BY PREDICT('m', *);

-- ORDER BY a star for a model without names
SELECT a, b FROM t ORDER BY PREDICT('n', *);

-- HAVING a star without the features
SELECT k FROM t GROUP BY k HAVING PREDICT('m', *) > 0;

-- ON a star with the features twice
SELECT p.id FROM t p JOIN t q ON p.id = q.id AND PREDICT('m', *) > 0;

-- ON a star of a side that has them not
SELECT p.id FROM t p JOIN (SELECT id FROM t) q ON p.id = q.id AND PREDICT('m', q.*) > 0;

-- SORT BY a star
SELECT id, a, b FROM t SORT BY PREDICT('m', *);
