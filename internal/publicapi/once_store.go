package publicapi

import (
	"context"
	"fmt"

	"kabinet/internal/platform/pg"
)

type answerKey struct {
	orgID, memberID int64
	key             string
}

// answered is a kept answer; its status is 0 while the call runs.
type answered struct {
	Answer
	print [32]byte
}

// reserve takes a key that is free, was kept too long, or whose call died.
func reserve(ctx context.Context, tx pg.Tx, at answerKey, print []byte) (first bool, err error) {
	const stmt = `
		insert into api_answers as a (org_id, member_id, key, print) values ($1, $2, $3, $4)
		on conflict (org_id, member_id, key) do update
		set print = excluded.print, status = null, answer = null, begun_at = now()
		where a.begun_at < now() - $5::interval
		   or a.status is null and a.print = excluded.print and a.begun_at < now() - $6::interval`
	tag, err := tx.Exec(ctx, stmt, at.orgID, at.memberID, at.key, print, AnswerKept, givenUp)
	if err != nil {
		return false, fmt.Errorf("reserve answer: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

func keptAnswer(ctx context.Context, tx pg.Tx, at answerKey) (a answered, err error) {
	const stmt = `
		select print, coalesce(status, 0), coalesce(answer, '') from api_answers
		where org_id = $1 and member_id = $2 and key = $3`
	var print []byte
	err = tx.QueryRow(ctx, stmt, at.orgID, at.memberID, at.key).Scan(&print, &a.Status, &a.Body)
	switch {
	case pg.NoRows(err):
		return a, ErrRunning // the first call was refused this moment
	case err != nil:
		return a, fmt.Errorf("kept answer: %w", err)
	}
	copy(a.print[:], print)
	return a, nil
}

func keepAnswer(ctx context.Context, tx pg.Tx, at answerKey, a Answer) error {
	const stmt = `update api_answers set status = $4, answer = coalesce($5, ''::bytea) where org_id = $1 and member_id = $2 and key = $3`
	if _, err := tx.Exec(ctx, stmt, at.orgID, at.memberID, at.key, a.Status, a.Body); err != nil {
		return fmt.Errorf("keep answer: %w", err)
	}
	return nil
}

func dropAnswer(ctx context.Context, tx pg.Tx, at answerKey) error {
	const stmt = `delete from api_answers where org_id = $1 and member_id = $2 and key = $3 and status is null`
	if _, err := tx.Exec(ctx, stmt, at.orgID, at.memberID, at.key); err != nil {
		return fmt.Errorf("drop answer: %w", err)
	}
	return nil
}

// dropOldAnswers deletes what is kept too long, some at a time.
//
//tenant:any all organizations' answers end alike
func dropOldAnswers(ctx context.Context, tx pg.Tx) error {
	const stmt = `
		delete from api_answers a using (
			select org_id, member_id, key from api_answers where begun_at < now() - $1::interval limit 50000 for update skip locked
		) old where a.org_id = old.org_id and a.member_id = old.member_id and a.key = old.key`
	if _, err := tx.Exec(ctx, stmt, AnswerKept); err != nil {
		return fmt.Errorf("drop old answers: %w", err)
	}
	return nil
}
