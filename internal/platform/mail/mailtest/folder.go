package mailtest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// letterFile is a letter as it lies in Options.Dir.
type letterFile struct {
	ID                int
	Sender, Recipient string
	ReceivedAt        time.Time
	Raw               []byte
}

// load takes up the letters of earlier runs, the oldest first: file names sort
// by number.
func (s *Server) load() error {
	if s.opts.Dir == "" {
		return nil
	}
	if err := os.MkdirAll(s.opts.Dir, 0o755); err != nil {
		return fmt.Errorf("mailtest: folder: %w", err)
	}
	names, err := filepath.Glob(filepath.Join(s.opts.Dir, "*.json"))
	if err != nil {
		return fmt.Errorf("mailtest: folder: %w", err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("mailtest: folder: %w", err)
		}
		var f letterFile
		if json.Unmarshal(b, &f) != nil {
			continue // half written when the program was killed
		}
		s.total = max(s.total, f.ID)
		s.box = append(s.box, &kept{mail: Mail{ID: f.ID, Sender: f.Sender, Recipient: f.Recipient, ReceivedAt: f.ReceivedAt, Raw: f.Raw}})
	}
	return nil
}

// save keeps a letter for the next run. A letter that cannot be kept is still
// in the box of this run, which is all a development mailbox owes.
func (s *Server) save(m Mail) {
	if s.opts.Dir == "" {
		return
	}
	b, err := json.Marshal(letterFile{m.ID, m.Sender, m.Recipient, m.ReceivedAt, m.Raw})
	if err == nil {
		_ = os.WriteFile(filepath.Join(s.opts.Dir, fmt.Sprintf("%08d.json", m.ID)), b, 0o600)
	}
}
