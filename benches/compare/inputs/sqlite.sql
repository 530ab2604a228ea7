-- Inserts, joins, groups, sorts, searches and updates. ?1 says how many rows.
CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, town INTEGER, age INTEGER);
CREATE TABLE town(id INTEGER PRIMARY KEY, name TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
  INSERT INTO town SELECT i, 'town ' || i FROM n;
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
  INSERT INTO person SELECT i, 'name ' || (i * 7919 % 100003), i * 31 % 100 + 1, i * 17 % 90 FROM n;
COMMIT;
CREATE INDEX by_town ON person(town);
CREATE INDEX by_name ON person(name);
SELECT count(*), sum(age), min(name), max(name) FROM person;
SELECT t.name, count(*), avg(p.age) FROM person p JOIN town t ON t.id = p.town
  GROUP BY t.id ORDER BY 2 DESC, 1 LIMIT 5;
SELECT p.name, q.name FROM person p JOIN person q ON q.name = 'name ' || p.id
  WHERE p.age > 60 ORDER BY q.name DESC, p.name LIMIT 5;
SELECT count(*) FROM person WHERE name LIKE '%77%' OR name GLOB '*1?3*';
UPDATE person SET age = age + 1, name = upper(name) WHERE town IN (SELECT id FROM town WHERE name LIKE '%3%');
SELECT substr(name, 6, 2) AS part, count(*), group_concat(DISTINCT age % 5) FROM person
  GROUP BY part ORDER BY 2 DESC, part LIMIT 5;
DELETE FROM person WHERE id % 3 = 0;
SELECT count(*), sum(length(name)), sum(age * age % 13) FROM person;
WITH RECURSIVE walk(i, at) AS (SELECT 1, 1 UNION ALL SELECT i + 1, (at * 7 + i) % ?1 + 1 FROM walk WHERE i < ?1)
  SELECT sum(age) FROM walk JOIN person ON person.id = walk.at;
SELECT name, row_number() OVER (PARTITION BY town ORDER BY age, id) AS place FROM person
  ORDER BY place DESC, name LIMIT 5;
