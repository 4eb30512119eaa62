-- The statements of the benchmarks; workspace.STATEMENTS has each under its name.

-- Seeding. Slack's ids come in no order: multiplying by an odd number shuffles 40 bits without a repeat.

-- name: people
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
INSERT INTO person SELECT n, printf('U%010X', (n * 695873521) & 1099511627775) FROM number

-- name: members
INSERT INTO member (workspace_id, user_id, family, greeted_at, created_at, seen_at)
SELECT :workspace, user_id, :family, :at, :at, :at FROM person ORDER BY n

-- name: wording
INSERT INTO wording (workspace_id, digest, framework, version, family, words)
VALUES (:workspace, :digest, :framework, :version, :family, :words)

-- name: assessments
INSERT INTO assessment (workspace_id, id, user_id, framework, family, version, wording_digest,
    state, started_at, ended_at, tier, floor, spread, revision)
SELECT :workspace, printf('%032x', n), user_id, :framework, :family, :version, :digest,
    'completed', :at, :at, 2, 2, 0, 4 FROM person ORDER BY n

-- name: answers
INSERT INTO answer (workspace_id, assessment_id, question_id, place, level, answered_at)
SELECT :workspace, printf('%032x', n), :question, :place, 2, :at FROM person ORDER BY n

-- name: steps
INSERT INTO step (workspace_id, id, user_id, tip_id, assessment_id, family, question, from_tier,
    words, state, created_at, changed_at)
SELECT :workspace, printf('%032x', n), user_id, 'some-earlier-tip', printf('%032x', n), :family,
    :question, 2, '{"title": "Write down what you check"}', 'done', :at, :at FROM person ORDER BY n

-- name: paces
INSERT INTO pace (workspace_id, user_id, cadence, days_off, shares_wins)
SELECT :workspace, user_id, 'weekly', '56', n % 10 = 0 FROM person ORDER BY n

-- name: plans
INSERT INTO schedule (workspace_id, kind, subject, user_id, zone, weekday, hour, rule,
    next_due_at, next_on, generation, planned_at)
SELECT :workspace, 'checkin', user_id, user_id,
    CASE n % 3 WHEN 0 THEN 'Europe/Berlin' WHEN 1 THEN 'America/New_York' ELSE 'Asia/Kolkata' END,
    1, 9, 'weekly', due, substr(due, 1, 10), 0, :at
FROM (SELECT n, user_id, CASE WHEN n % :apart = 0
    THEN :tuesday || strftime(' 09:%M:00.000000', n * 60, 'unixepoch')
    ELSE strftime('%Y-%m-%d %H:%M:00.000000', 1830000000 + n % 500000 * 60, 'unixepoch') END AS due
    FROM person) ORDER BY n

-- name: spread
UPDATE assessment SET tier = 1 + rowid % 4 * 0.5, ended_at = :last_week

-- name: practice
INSERT INTO practice (workspace_id, id, user_id, step_id, tip_id, family, question, outcome, said_at)
SELECT workspace_id, id, user_id, id, tip_id, family, question,
    CASE rowid % 3 WHEN 0 THEN 'done' WHEN 1 THEN 'partly' ELSE 'not_yet' END, :last_week FROM step

-- Proof that the work was done.

-- name: completed
SELECT assessment.id, user_id, state, tier, assessment.level, answer.level
FROM assessment LEFT JOIN answer
  ON answer.workspace_id = assessment.workspace_id AND answer.assessment_id = assessment.id
WHERE assessment.id >= ? ORDER BY assessment.workspace_id, assessment.id, place, answer.rowid

-- name: grades
SELECT count(*) || ' grades by ' || group_concat(graded_by)
FROM (SELECT graded_by FROM grade ORDER BY graded_by)

-- name: ticked
SELECT count(*) || ' messages to ' || count(DISTINCT subject) || ' members and ' || (
    SELECT count(*) FROM schedule WHERE next_on = date('2026-11-17', ? || ' days')
) || ' plans moved on' FROM message

-- name: states
SELECT group_concat(found || ' ' || state)
FROM (SELECT count(*) AS found, state FROM message GROUP BY state)

-- name: digests
SELECT count(*) || ' digests with figures and ' || (
    SELECT count(*) FROM roster JOIN team USING (workspace_id, channel_id) WHERE period = roster_period
) || ' people on the roster' FROM message WHERE state = 'sent' AND form = 'figures'

-- name: commits
SELECT count(*) || ' commits' FROM floor

-- name: messages
SELECT count(*) || ' messages' FROM message

-- What the reference does to the outbox.

-- name: claim
UPDATE message
SET state = 'leased', owner = 'bare', epoch = epoch + 1, lease_until = :until, changed_at = :now
WHERE workspace_id = :workspace AND state = 'ready' AND id IN (
    SELECT id FROM message WHERE workspace_id = :workspace AND state = 'ready' AND not_before <= :now
    ORDER BY not_before, id LIMIT :batch)
RETURNING id, subject, epoch

-- name: begin
UPDATE message SET state = 'sending', channel = :channel, sending_at = :now, lease_until = :until,
    attempt = attempt + 1, form = 'plain', changed_at = :now
WHERE workspace_id = :workspace AND id = :id AND owner = 'bare' AND epoch = :epoch
    AND state = 'leased' AND lease_until > :now

-- name: finish
UPDATE message SET state = 'sent', channel = :channel, slack_ts = :ts, sent_at = :now,
    lease_until = NULL, reason = NULL, changed_at = :now
WHERE workspace_id = :workspace AND id = :id AND owner = 'bare' AND epoch = :epoch AND state = 'sending'
