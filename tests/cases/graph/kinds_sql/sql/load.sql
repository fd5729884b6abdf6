-- a statement of its own file, with holes
INSERT INTO mart SELECT * FROM orders WHERE day = #{day} AND region IN #{regions};
