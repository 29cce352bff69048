-- What earlier reports showed is not remembered any more.
DROP TABLE cell_member;
DROP TABLE cell_part;
DROP TABLE cell;
