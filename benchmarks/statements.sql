-- The statements of the benchmarks; workspace.STATEMENTS has each under its name.

-- Seeding. Slack's ids come in no order: multiplying by an odd number shuffles the crowd's.

-- name: people
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
INSERT INTO person SELECT row_number() OVER (ORDER BY n * 679891637639 & 1099511627775),
    printf('U0CROWD%06d', n) FROM number

-- name: members
INSERT INTO member (workspace_id, user_id, family, greeted_at, created_at, seen_at)
SELECT :workspace, user_id, :family, :at, :at, :at FROM person ORDER BY n

-- name: assessments
INSERT INTO assessment (workspace_id, id, user_id, framework, family, version, wording_digest,
    state, started_at, ended_at, tier, floor, spread, revision)
SELECT :workspace, printf('%032x', n), user_id, :framework, :family, :version, :digest, 'completed',
    :at, :ended, CASE WHEN :active THEN 1 + n % 4 * 0.5 ELSE 2 END, 2, 0, 4 FROM person ORDER BY n

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

-- name: practice
INSERT INTO practice (workspace_id, id, user_id, step_id, tip_id, family, question, outcome, said_at)
SELECT workspace_id, id, user_id, id, tip_id, family, question,
    CASE rowid % 3 WHEN 0 THEN 'done' WHEN 1 THEN 'partly' ELSE 'not_yet' END, :ended FROM step

-- Proof that the work was done.

-- name: completed
SELECT user_id, state, tier, level, (SELECT group_concat(level) FROM (
    SELECT level FROM answer
    WHERE answer.workspace_id = assessment.workspace_id AND assessment_id = assessment.id
    ORDER BY place, rowid))
FROM assessment WHERE id >= ?

-- name: ticked
SELECT count(*) || ' messages to ' || count(DISTINCT subject) || ' members and ' || (
    SELECT count(*) FROM schedule WHERE next_on = date('2026-11-17', ? || ' days')
) || ' plans moved on' FROM message

-- name: digests
SELECT count(*) || ' digests with figures and ' || (
    SELECT count(*) FROM roster JOIN team USING (workspace_id, channel_id) WHERE period = roster_period
) || ' people on the roster' FROM message WHERE state = 'sent' AND form = 'figures'

-- name: reviewed
SELECT (SELECT count(*) FROM evidence_mark WHERE verdict = 'shown')
    || ' marks, decided by ' || group_concat(verifier)
FROM (SELECT verifier FROM evidence_review WHERE state = 'decided' AND level = 1 ORDER BY verifier)

-- What the reference does to the outbox.

-- name: claim
UPDATE message
SET state = 'leased', owner = 'bare', epoch = epoch + 1, lease_until = :until, changed_at = :now
WHERE workspace_id = :workspace AND state = 'ready' AND id IN (
    SELECT id FROM message WHERE workspace_id = :workspace AND state = 'ready' AND not_before <= :now
    ORDER BY not_before, id LIMIT :batch)
RETURNING id, epoch, (SELECT dm_channel FROM member
    WHERE member.workspace_id = message.workspace_id AND member.user_id = subject) AS channel

-- name: begin
UPDATE message SET state = 'sending', channel = :channel, sending_at = :now, lease_until = :until,
    attempt = attempt + 1, form = 'plain', changed_at = :now
WHERE workspace_id = :workspace AND id = :id AND owner = 'bare' AND epoch = :epoch
    AND state = 'leased' AND lease_until > :now

-- name: finish
UPDATE message SET state = 'sent', channel = :channel, slack_ts = :ts, sent_at = :now,
    lease_until = NULL, reason = NULL, changed_at = :now
WHERE workspace_id = :workspace AND id = :id AND owner = 'bare' AND epoch = :epoch AND state = 'sending'
