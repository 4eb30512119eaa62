-- Fills a PostgreSQL database with workspaces whose members have a plan each; `fleet` formats it with numbers
-- and the expressions of a shape. `w` is the number of a workspace, `m` that of a member in it.

CREATE TEMP TABLE person AS
SELECT w, m, 'T0W' || lpad(w::text, 4, '0') AS team,
    'W' || lpad(w::text, 4, '0') || 'M' || lpad(m::text, 6, '0') AS mark,
    {zone} AS zone, {weekday} AS weekday, {hour} AS hour, {due} AS due
FROM generate_series(1, {workspaces}) AS w, LATERAL generate_series(1, {members_of}) AS m;

INSERT INTO workspace (workspace_id, name, connected_at)
SELECT team, 'Workspace ' || w, '{begin}' FROM person WHERE m = 1;

INSERT INTO member (workspace_id, user_id, family, dm_channel, zone, profile_at, created_at, seen_at)
SELECT team, 'U0' || mark, 'engineering', 'D0' || mark, zone, '{earlier}', '{earlier}', '{earlier}'
FROM person;

INSERT INTO pace (workspace_id, user_id, cadence, weekday, hour, days_off, shares_wins)
SELECT team, 'U0' || mark, 'weekly', weekday, hour, '56', false FROM person;

INSERT INTO step (workspace_id, id, user_id, tip_id, family, question, from_tier, words, state,
    created_at, changed_at)
SELECT team, md5(mark), 'U0' || mark, '{tip}', 'engineering', NULL, 2, '{words}', 'trying',
    '{earlier}', '{earlier}' FROM person;

INSERT INTO schedule (workspace_id, kind, subject, user_id, zone, weekday, hour, rule,
    next_due_at, next_on, generation, planned_at)
SELECT team, '{kind}', 'U0' || mark, 'U0' || mark, zone, weekday, hour, 'weekly',
    due, (due AT TIME ZONE zone)::date, 0, '{earlier}' FROM person;

DROP TABLE person;
ANALYZE;
