//go:build dev

package eimzosim

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/coder/websocket"

	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/eds/envelope"
)

// Statuses of CAPIWS, version 6.4.7.
const (
	statusOK            = 1
	statusUnknown       = 0
	statusKeyUnknown    = -1010
	statusBadAPIKey     = -1020
	statusNotRegistered = -1022
	statusFileGone      = -2002
	statusBusy          = -3000
	statusCancelled     = -5000
	statusOther         = -9999
)

// maxFrame is the module's message limit.
const maxFrame = 64 << 20

type request struct {
	Plugin    string   `json:"plugin"`
	Name      string   `json:"name"`
	Arguments []string `json:"arguments"`
}

type reply map[string]any

func done(extra reply) reply {
	r := reply{"success": true, "status": statusOK}
	maps.Copy(r, extra)
	return r
}

func refused(status int, reason string) reply {
	return reply{"success": false, "status": status, "reason": reason}
}

// old is how clients before status codes refused.
func old(reason string) reply { return reply{"success": false, "reason": reason} }

// serveCAPIWS answers one request per connection and closes, as E-IMZO does.
func (s *Simulator) serveCAPIWS(w http.ResponseWriter, r *http.Request) {
	if s.Scenario() == NotRunning {
		hangUp(w)
		return
	}
	// Any page may connect; whether it may do anything is decided by its API
	// key, which is E-IMZO's own check of the origin.
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(maxFrame)
	ctx, cancel := context.WithTimeout(r.Context(), 10*time.Minute)
	defer cancel()
	_, frame, err := conn.Read(ctx)
	if err != nil {
		return
	}
	var q request
	answer := refused(statusUnknown, "Неверный запрос")
	if json.Unmarshal(frame, &q) == nil {
		// The page may go away while the password window is open.
		answer = s.answer(conn.CloseRead(ctx), site(r), q)
	}
	if answer == nil {
		return
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return
	}
	if conn.Write(ctx, websocket.MessageText, text) == nil {
		_ = conn.Close(websocket.StatusNormalClosure, "Done")
	}
}

// hangUp ends the connection without a word: the page sees 1006, as it does
// when nothing listens.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

// site is the host of the calling page; the port does not matter.
func site(r *http.Request) string {
	if u, err := url.Parse(r.Header.Get("Origin")); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "null"
}

// answer returns nil when the module stays silent for ever.
func (s *Simulator) answer(ctx context.Context, site string, q request) reply {
	switch q.Plugin + "." + q.Name {
	case ".version":
		return s.version()
	case ".apikey":
		return s.register(site, q.Arguments)
	}
	if !s.registered(site) {
		return refused(statusNotRegistered, "API-key для домена "+site+" не установлен")
	}
	switch q.Plugin + "." + q.Name {
	case "pfx.list_disks":
		return done(reply{"disks": []string{Disk}})
	case "pfx.list_all_certificates":
		return done(reply{"certificates": s.list()})
	case "pfx.load_key":
		return s.open(q.Arguments)
	case "pfx.unload_key":
		return s.close(q.Arguments)
	case "pfx.verify_password":
		if len(q.Arguments) != 1 {
			return refused(statusUnknown, "Неверное количество аргументов")
		}
		return s.withPassword(ctx, q.Arguments[0], func(Key) reply { return done(nil) })
	case "pkcs7.create_pkcs7":
		return s.sign(ctx, q.Arguments)
	case "idcard.list_readers":
		return done(reply{"readers": []string{}})
	case "baikey.list_tokens":
		return done(reply{"tokens": []string{}})
	case "ckc.list_ckc":
		return done(reply{"devices": []string{}})
	}
	return refused(statusUnknown, "Функция не найдена. Версия приложения устарела")
}

func (s *Simulator) version() reply {
	if s.Scenario() == OldVersion {
		return reply{"success": true, "major": "3", "minor": "30"}
	}
	return done(reply{"major": "6", "minor": "4", "patch": "7", "edition": "Standard"})
}

func (s *Simulator) register(site string, pairs []string) reply {
	if s.Scenario() == NotRegistered {
		return refused(statusBadAPIKey, "API-key для домена "+site+" недействителен")
	}
	for pair := range slices.Chunk(pairs, 2) {
		if len(pair) == 2 && pair[0] == site && pair[1] == APIKey(site) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.sites[site] = pair[1]
			return done(reply{"message": site})
		}
	}
	return refused(statusBadAPIKey, "API-key для домена "+site+" недействителен")
}

func (s *Simulator) registered(site string) bool {
	if s.once(ForgetSite) {
		s.mu.Lock()
		defer s.mu.Unlock()
		clear(s.sites)
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sites[site] != ""
}

func (s *Simulator) list() []reply {
	scenario, all := s.Scenario(), []reply{}
	for _, k := range s.Keys() {
		if scenario == Empty || scenario == ExpiredOnly && !slices.Contains(k.Flaws, Expired) {
			continue
		}
		all = append(all, reply{"disk": Disk, "path": Path, "name": k.Name, "alias": k.alias()})
	}
	return all
}

func (s *Simulator) open(arguments []string) reply {
	if len(arguments) != 4 {
		return refused(statusUnknown, "Неверное количество аргументов")
	}
	if s.Scenario() == KeyGone {
		return refused(statusFileGone, "Файл ключа не найден")
	}
	for _, k := range s.Keys() {
		if slices.Equal(arguments, []string{Disk, Path, k.Name, k.alias()}) {
			id := make([]byte, 16)
			_, _ = rand.Read(id) // crypto/rand does not fail
			s.mu.Lock()
			defer s.mu.Unlock()
			s.opened[hex.EncodeToString(id)] = k
			return done(reply{"keyId": hex.EncodeToString(id), "type": "PFX_KEY_STORE"})
		}
	}
	return refused(statusFileGone, "Файл ключа не найден")
}

func (s *Simulator) close(arguments []string) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range arguments {
		delete(s.opened, id)
	}
	return done(nil)
}

// withPassword plays the password window, then lets f use the opened key.
func (s *Simulator) withPassword(ctx context.Context, keyID string, f func(Key) reply) reply {
	lost := s.once(KeyLost)
	s.mu.Lock()
	k, ok := s.opened[keyID]
	s.mu.Unlock()
	if lost || !ok {
		return refused(statusKeyUnknown, "Ключ не найден")
	}
	switch s.Scenario() {
	case Busy:
		return refused(statusBusy, "Выполняется другая операция")
	case Cancel, WrongPassword: // three wrong passwords look like a cancelled window
		return refused(statusCancelled, "Ввод пароля отменен")
	case CancelOld:
		return old("Ввод пароля отменен пользователем")
	case WrongPasswordOld:
		return old("javax.crypto.BadPaddingException: pad block corrupted")
	case Failure:
		return refused(statusOther, "java.lang.IllegalStateException: simulated")
	case Silent:
		<-ctx.Done()
		return nil
	case Slow:
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(s.config.SlowFor):
		}
	}
	return f(k)
}

// sign makes the message: arguments are the bytes in base64, the key's
// identifier, and "yes" for a detached signature.
func (s *Simulator) sign(ctx context.Context, arguments []string) reply {
	if len(arguments) < 2 {
		return refused(statusUnknown, "Неверное количество аргументов")
	}
	content, err := base64.StdEncoding.DecodeString(arguments[0])
	if err != nil {
		return refused(statusOther, "java.lang.IllegalArgumentException: Illegal base64 character")
	}
	return s.withPassword(ctx, arguments[1], func(k Key) reply {
		scenario := s.Scenario()
		if scenario == WrongContent {
			content = append(content, '!')
		}
		message := edstest.Message{
			Key: k.Key, Content: content, At: s.config.Now(), BER: true,
			Detached: len(arguments) > 2 && arguments[2] == "yes", FlipSignature: scenario == TamperedSig,
		}.Encode()
		parsed, err := envelope.Parse(message)
		if err != nil {
			return refused(statusOther, err.Error())
		}
		return done(reply{
			"pkcs7_64":             base64.StdEncoding.EncodeToString(message),
			"signature_hex":        hex.EncodeToString(parsed.Signer.SignatureValue),
			"signer_serial_number": k.Certificate.SerialNumber.Text(16),
		})
	})
}
