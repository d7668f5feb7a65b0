-- CREATE TABLE AS SELECT
CREATE TABLE golden_scores USING parquet AS SELECT id, PREDICT('m', a, b) AS s FROM t WHERE id < 4;

-- what the table has
SELECT * FROM golden_scores;

-- INSERT INTO .. SELECT
INSERT INTO golden_scores SELECT id, PREDICT('m', a, b) FROM t WHERE PREDICT('m', a, b) > 6;

-- what the table has then
SELECT * FROM golden_scores;

-- INSERT OVERWRITE
INSERT OVERWRITE golden_scores SELECT id, CASE WHEN x IS NOT NULL THEN PREDICT('n', x, b) END FROM t WHERE id < 3;

-- what the table has in the end
SELECT * FROM golden_scores;

-- a permanent view
CREATE VIEW golden_view AS SELECT id, PREDICT('n', id, s) AS s FROM golden_scores WHERE s IS NOT NULL AND PREDICT('n', id, s) < 2;

-- a query of the permanent view
SELECT * FROM golden_view WHERE s > 0;

-- a temporary view
CREATE TEMPORARY VIEW golden_temporary AS SELECT *, PREDICT('m', *) AS s FROM t;

-- a query of the temporary view
SELECT id, s FROM golden_temporary WHERE s > 4;

-- a cached table
CACHE TABLE golden_cached AS SELECT id, a, b, PREDICT('m', a, b) AS s FROM t;

-- a query of the cached table
SELECT id, s, PREDICT('m', a, b) = s AS same FROM golden_cached WHERE s > 4;

-- the end of the cached table
DROP VIEW golden_cached;

-- the end of the temporary view
DROP VIEW golden_temporary;

-- the end of the view
DROP VIEW golden_view;

-- the end of the table
DROP TABLE golden_scores;
