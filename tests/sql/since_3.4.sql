-- an IN subquery as an argument
SELECT id, PREDICT('m', IF(id IN (SELECT id FROM t WHERE k = 'k1'), 1, 0), b) AS s FROM t;
