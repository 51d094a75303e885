package document

import (
	"context"
	"encoding/json"
	"time"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/pg"
	"kabinet/internal/proof"
)

// maxShownLines is how many lines a page shows; files have all.
const maxShownLines = 200

// Record is a document with all that its page shows.
type Record struct {
	Document
	Facts      map[string]string // by FactNames
	Lines      []Line            // the first maxShownLines
	LineCount  int
	Results    []Results // of codes, the worst first
	Versions   []Version // the newest first
	Links      []Linked
	Signatures []Signature
	Owed       *Owed           // what the source is told of an answer given here
	Unseen     map[string]bool // GTINs of Lines without a published card
	Now        time.Time       // by the database's clock
}

// Results are the codes with one result and one reason.
type Results struct {
	Result Result
	Reason string
	N      int
	Some   []string // the first of them
}

// Version is one saying of the source.
type Version struct {
	Version    int64
	OccurredAt time.Time
	ReceivedAt time.Time
	SHA256     string // hexadecimal
	Shown      bool
}

// Linked is a link of a document, or one to it.
type Linked struct {
	Relation Relation
	Back     bool   // the other one refers to this
	Ref      string // how the source names the other one
	Other    *Document
}

// Signature is one on a document.
type Signature struct {
	ID       int64
	Version  int64
	Act      string // "issue", "accept" or "reject"
	Name     string
	TIN      string
	At       time.Time
	Evidence int64 // of proof; 0 when the signature came with the document
}

// Owed is how far the source was told of an answer.
type Owed struct {
	MadeAt    time.Time
	Tries     int
	Trouble   string // of the last try; for the log of people who help
	Delivered time.Time
	Refused   string // what the source says instead
}

// Get reads a document: ErrNotFound for another organization's, actor.ErrGroup for
// one out of reach.
func (s *Service) Get(ctx context.Context, a actor.Actor, id int64) (r Record, err error) {
	if err := a.Need(perm.DocumentRead); err != nil {
		return r, err
	}
	if r.Document, err = s.reach(ctx, s.DB, a, id); err != nil {
		return r, err
	}
	if err := readParts(ctx, s.DB, &r); err != nil {
		return r, err
	}
	r.Links = inReach(r.Links, a.Scope)
	var gtins []string
	for _, l := range r.Lines {
		if l.GTIN != "" {
			gtins = append(gtins, l.GTIN)
		}
	}
	if len(gtins) == 0 {
		return r, nil
	}
	published, err := card.PublishedNumbers(ctx, s.DB, gtins)
	if err != nil {
		return r, err
	}
	r.Unseen = map[string]bool{}
	for _, g := range gtins {
		if !published[g] {
			r.Unseen[g] = true
		}
	}
	return r, nil
}

// inReach leaves out the documents on the other end of links that are not in
// reach: of one that this names stays how the source calls it, of one that names
// this nothing.
func inReach(links []Linked, scope perm.Scope) []Linked {
	kept := links[:0]
	for _, l := range links {
		hidden := l.Other != nil && visible(*l.Other, scope) != nil
		if hidden && l.Back {
			continue
		}
		if hidden {
			l.Other = nil
		}
		kept = append(kept, l)
	}
	return kept
}

// reach reads a document that the actor may see.
func (s *Service) reach(ctx context.Context, q pg.Querier, a actor.Actor, id int64) (Document, error) {
	if err := a.Need(perm.DocumentRead); err != nil {
		return Document{}, err
	}
	d, err := one(ctx, q, a.OrgID, id)
	if err != nil {
		return d, err
	}
	return d, visible(d, a.Scope)
}

// CodesOf hands over the codes of a document in order: all, or only those that were
// not simply taken.
func (s *Service) CodesOf(ctx context.Context, a actor.Actor, id int64, wrong bool, each func(Code) error) error {
	if err := a.Need(perm.DocumentRead); err != nil {
		return err
	}
	d, err := s.reach(ctx, s.DB, a, id)
	if err != nil {
		return err
	}
	return eachCode(ctx, s.DB, d, wrong, each)
}

// LinesOf gives all lines of a document.
func (s *Service) LinesOf(ctx context.Context, a actor.Actor, id int64) (Document, []Line, error) {
	if err := a.Need(perm.DocumentRead); err != nil {
		return Document{}, nil, err
	}
	d, err := s.reach(ctx, s.DB, a, id)
	if err != nil {
		return d, nil, err
	}
	lines, err := linesOf(ctx, s.DB, d, maxLines)
	return d, lines, err
}

// VersionOf gives a version byte by byte, as the source sent it.
func (s *Service) VersionOf(ctx context.Context, a actor.Actor, id, version int64) (Document, []byte, error) {
	if err := a.Need(perm.DocumentRead); err != nil {
		return Document{}, nil, err
	}
	d, err := s.reach(ctx, s.DB, a, id)
	if err != nil {
		return d, nil, err
	}
	body, err := versionBody(ctx, s.DB, d, version)
	return d, body, err
}

// Compared is what two versions of an invoice say, for who was about to answer the
// older one.
type Compared struct {
	Then, Now Content
	Version   int64 // of Then
	Current   Document
}

// Compare reads a version beside the one that is shown.
func (s *Service) Compare(ctx context.Context, a actor.Actor, id, version int64) (c Compared, err error) {
	if err := a.Need(perm.DocumentRead); err != nil {
		return c, err
	}
	d, then, err := s.VersionOf(ctx, a, id, version)
	if err != nil {
		return c, err
	}
	now, err := versionBody(ctx, s.DB, d, d.Version)
	if err != nil {
		return c, err
	}
	c.Version, c.Current = version, d
	if c.Then, err = Decode(then); err != nil {
		return c, err
	}
	c.Now, err = Decode(now)
	return c, err
}

// Kept is a signature with the exact bytes it is over. The signature message
// itself is had from Container only.
type Kept struct {
	Signature
	Document  Document
	Signed    []byte
	container []byte
}

// SignatureOf gives a signature of a document, or ErrNoEvidence.
func (s *Service) SignatureOf(ctx context.Context, a actor.Actor, id, signature int64) (k Kept, err error) {
	if err := a.Need(perm.DocumentRead); err != nil {
		return k, err
	}
	if k.Document, err = s.reach(ctx, s.DB, a, id); err != nil {
		return k, err
	}
	stored, err := storedSignature(ctx, s.DB, a.OrgID, id, signature)
	if err != nil {
		return k, err
	}
	k.Signature = stored.Signature
	if k.Evidence == 0 {
		k.Signed = stored.content
		k.container, err = s.Proof.Box.Open(sealedContainer, stored.sealed, binding(a.OrgID, signature))
		return k, err
	}
	e, err := proof.EvidenceOf(ctx, s.DB, a.OrgID, k.Evidence)
	if err != nil {
		return k, err
	}
	k.Signed = []byte(e.Body)
	k.container, err = s.Proof.Container(ctx, s.DB, a.OrgID, k.Evidence)
	return k, err
}

// Container gives the signature message (PKCS#7) of a document. It holds a
// certificate with its holder's personal number, so those have it who answer for
// documents, and administrators; everybody else who reads the document has the
// signed bytes and what a check says (decision 0041).
func (s *Service) Container(ctx context.Context, a actor.Actor, id, signature int64) ([]byte, error) {
	if err := a.Need(perm.DocAccept); err != nil {
		return nil, err
	}
	k, err := s.SignatureOf(ctx, a, id, signature)
	return k.container, err
}

// CheckSignature judges a signature anew: nil says that it is good over the bytes
// that are kept. Everything else is one of proof's faults; proof.ErrElsewhere and
// proof.ErrUnavailable say that nobody knows now.
func (s *Service) CheckSignature(ctx context.Context, a actor.Actor, id, signature int64) error {
	if err := a.Need(perm.DocumentRead); err != nil {
		return err
	}
	k, err := s.SignatureOf(ctx, a, id, signature)
	if err != nil {
		return err
	}
	if k.Evidence != 0 {
		return s.Proof.Check(ctx, s.DB, a.OrgID, k.Evidence, s.client(a))
	}
	judge, able := s.Proof.Verifier.(eds.Rechecker)
	if !able {
		return proof.ErrElsewhere
	}
	signer, err := judge.Recheck(ctx, s.client(a), k.container, string(k.Signed), k.At)
	switch {
	case err != nil:
		return proof.Refusal(err)
	case k.TIN != "" && signer.OrgTIN != "" && signer.OrgTIN != k.TIN:
		return proof.ErrSignature
	}
	return nil
}

// factsOf reads the facts of a row.
func factsOf(b []byte) (facts map[string]string, err error) {
	err = json.Unmarshal(b, &facts)
	return facts, err
}
