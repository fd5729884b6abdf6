-- One line for each run, also where it is tried again.
DELETE FROM published WHERE run_id = #{run.id};
INSERT INTO published (run_id, planned, inbox, leads) VALUES (#{run.id}, #{run.at}, #{inbox}, #{total});
