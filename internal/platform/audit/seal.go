package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// sealLines is how many lines one seal covers at most: so narrow is the answer
// when a seal turns out to be broken.
const sealLines = 2000

// Seal closes over a slice of the log: its hash covers every line of the slice
// and the hash of the seal before. A line that is changed, removed, or slipped
// into a slice later breaks its seal, and a new hash for it breaks all seals
// that follow; whoever noted the newest hash elsewhere (every seal is written to
// the process log too) notices a chain that was made anew.
type Seal struct {
	N        int64 // counts from 1
	Lines    int
	Hash     []byte // SHA-256
	SealedAt time.Time
}

// SealArgs asks to seal what is not sealed yet.
type SealArgs struct{}

// Kind names the job.
func (SealArgs) Kind() string { return "audit.seal" }

// JobSpec lets one run at a time; the next minute's run makes up for a failed one.
func (SealArgs) JobSpec() jobs.Spec { return jobs.Spec{Unique: true, Retry: jobs.Once()} }

// SealAll seals every line that is committed and not sealed yet, and hands each
// new seal to done after it is stored. It is not part of writing a line on
// purpose: a chain over all lines in the writing transactions would put them in
// single file, and across organizations they would lock each other. What is
// lost is that the newest lines, about a minute's, are not yet covered.
//
// Running twice at once, or again after a kill, is harmless: seals take turns
// at the first row of the chain.
func SealAll(ctx context.Context, db *pgxpool.Pool, done func(Seal)) error {
	for {
		var s Seal
		err := pg.InTx(ctx, db, func(tx pg.Tx) (err error) {
			s, err = sealTx(ctx, tx)
			return err
		})
		if err != nil || s.Lines == 0 {
			return err
		}
		done(s)
	}
}

// sealTx seals one slice; a seal without lines means that there were none.
func sealTx(ctx context.Context, tx pg.Tx) (Seal, error) {
	last, err := holdChain(ctx, tx)
	if err != nil {
		return Seal{}, err
	}
	n, err := takeLines(ctx, tx, last.N+1)
	if err != nil || n == 0 {
		return Seal{}, err
	}
	s := Seal{N: last.N + 1, Lines: n}
	if s.Hash, err = hashOf(ctx, tx, s.N, last.Hash); err != nil {
		return Seal{}, err
	}
	return s, insertSeal(ctx, tx, s)
}

// hashOf is the hash of a slice on top of that of the seal before.
func hashOf(ctx context.Context, q pg.Querier, n int64, before []byte) ([]byte, error) {
	h := sha256.New()
	h.Write(before)
	_, err := eachSealed(ctx, q, n, func(l Line) { feed(h, l) })
	if err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}

// feed adds a line to a hash. Every field is preceded by its length, so that no
// text can move from one field into the next without changing the sum.
func feed(h hash.Hash, l Line) {
	var b []byte
	b = binary.BigEndian.AppendUint64(b, uint64(l.OrgID)) //nolint:gosec // the bits, whatever the sign
	b = binary.BigEndian.AppendUint64(b, uint64(l.ID))    //nolint:gosec // as above
	b = binary.BigEndian.AppendUint64(b, uint64(l.At.UnixMicro()))
	for _, s := range []string{l.ActorKind, l.ActorID, l.ActorName, l.Action, l.Target, string(l.Details), l.IP, l.RequestID} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	h.Write(b) // a hash never fails
}

// Proof is what verifying the log found.
type Proof struct {
	Seals    int64
	Lines    int64
	Hash     []byte    // of the newest seal; note it where this database's keepers cannot write
	Unsealed int64     // lines too new to be sealed
	Oldest   time.Time // of those; zero without any
	Broken   *Seal     // the first seal that does not fit; nil when all do
}

// String is the proof in one line.
func (p Proof) String() string {
	if p.Broken != nil {
		return fmt.Sprintf("seal %d of %s is broken: a line it covers was changed, removed or added", p.Broken.N, p.Broken.SealedAt.UTC().Format(time.RFC3339))
	}
	return fmt.Sprintf("%d lines under %d seals are whole, %d newer ones wait for a seal; newest hash %s", p.Lines, p.Seals, p.Unsealed, hex.EncodeToString(p.Hash))
}

// Verify computes every seal anew, in order, and stops at the first that does
// not fit. It reads the whole log, a slice at a time.
func Verify(ctx context.Context, q pg.Querier) (Proof, error) {
	var p Proof
	seals, err := seals(ctx, q)
	if err != nil {
		return p, err
	}
	before := seals[0].Hash
	for i, s := range seals[1:] {
		h, err := hashOf(ctx, q, s.N, before)
		if err != nil {
			return p, err
		}
		if s.N != int64(i)+1 || !bytes.Equal(h, s.Hash) {
			p.Broken = &s
			return p, nil
		}
		before = s.Hash
		p.Seals, p.Lines, p.Hash = s.N, p.Lines+int64(s.Lines), s.Hash
	}
	p.Unsealed, p.Oldest, err = unsealed(ctx, q, p.Seals)
	return p, err
}

// Knows reports whether a seal of the chain has this hash.
func Knows(ctx context.Context, q pg.Querier, hash []byte) (bool, error) {
	return hasSeal(ctx, q, hash)
}
