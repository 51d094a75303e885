package supporthttp

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/support"
	"kabinet/web/supportview"
)

// Staff mounts the desk and the library of answers.
func (h Handlers) Staff(r chi.Router, wrap httpx.Wrap) {
	r.Get("/op/support", wrap(h.queue))
	r.Get("/op/support.csv", wrap(h.exportQueue))
	r.Post("/op/support/next", wrap(h.next))
	r.Get("/op/support/stats", wrap(h.stats))
	r.Get("/op/support/stats.csv", wrap(h.exportStats))
	r.Get("/op/support/{org}/{id}", wrap(h.item))
	r.Post("/op/support/{org}/{id}/claim", wrap(h.claim))
	r.Post("/op/support/{org}/{id}/put-back", wrap(h.putBack))
	r.Post("/op/support/{org}/{id}/pass", wrap(h.pass))
	r.Post("/op/support/{org}/{id}/note", wrap(h.note))
	r.Post("/op/support/{org}/{id}/answer", wrap(h.answer))
	r.Get("/op/support/{org}/{id}/files/{message}/{n}", wrap(h.fileFor))
	r.Get("/op/dictionaries/answers", wrap(h.library))
	r.Get("/op/dictionaries/answers/new", wrap(h.blankReady))
	r.Post("/op/dictionaries/answers/new", wrap(h.addReady))
	r.Get("/op/dictionaries/answers/{id}", wrap(h.ready))
	r.Post("/op/dictionaries/answers/{id}", wrap(h.changeReady))
}

func (h Handlers) queue(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := filter(q)
	if blank(q) {
		return httpx.See(w, r, supportview.QueueURL(f))
	}
	op := httpx.Operator(r)
	rows, err := h.Support.List(r.Context(), op, f)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, supportview.Queue(supportview.QueuePage{
		Page: rows, Filter: f, Staff: op.StaffID, MayAnswer: mayAnswer(op), Now: h.Now(),
	}))
}

func mayAnswer(op actor.Operator) bool { return op.Need(perm.OpSupportAnswer) == nil }

// filter reads the address; what cannot be read does not narrow.
func filter(q url.Values) support.Filter {
	kind, _ := support.ParseKind(q.Get("kind"))
	f := support.Filter{
		Tab: support.ParseTab(q.Get("tab")), Kind: kind, Query: strings.TrimSpace(q.Get("q")),
		After: q.Get("after"), Size: page.Size(q.Get("per")),
	}
	if d := support.Due(q.Get("due")); d == support.Late || d == support.Today {
		f.Due = d
	}
	return f
}

func (h Handlers) exportQueue(w http.ResponseWriter, r *http.Request) error {
	items, err := h.Support.Export(r.Context(), httpx.Operator(r), filter(r.URL.Query()))
	if err != nil {
		return err
	}
	return httpx.CSV(w, httpx.FileName("support", h.Now(), ".csv"), supportview.Export(r.Context(), items))
}

func (h Handlers) item(w http.ResponseWriter, r *http.Request) error {
	return h.opened(w, r, http.StatusOK, supportview.ItemPage{})
}

// opened draws the request of the address for the desk, with what p says was
// typed.
func (h Handlers) opened(w http.ResponseWriter, r *http.Request, status int, p supportview.ItemPage) error {
	ref, err := which(r)
	if err != nil {
		return err
	}
	op := httpx.Operator(r)
	if p.Opened, err = h.Support.Find(r.Context(), op, ref.OrgID, ref.ID); err != nil {
		return err
	}
	p.Staff, p.MayAnswer, p.Now = op.StaffID, mayAnswer(op), h.Now()
	if p.MayAnswer && !p.Own {
		if p.Ready, err = h.Support.ReadyFor(r.Context(), op, p.About.Kind); err != nil {
			return err
		}
		if p.Colleagues, err = h.Support.Colleagues(r.Context(), op, ref.OrgID); err != nil {
			return err
		}
	}
	if p.Insert != 0 {
		p.Body = insert(p, op.Name)
	}
	return httpx.Render(w, r, status, supportview.Item(p))
}

// insert puts the chosen answer under what is typed already, in the language of
// who asked.
func insert(p supportview.ItemPage, staff string) string {
	for _, ready := range p.Ready {
		if ready.ID != p.Insert {
			continue
		}
		filled := ready.Fill(p.Item, staff, p.Language)
		if strings.TrimSpace(p.Body) == "" {
			return filled
		}
		return strings.TrimRight(p.Body, "\r\n ") + "\n\n" + filled
	}
	return p.Body
}

// which reads organization and request of the address.
func which(r *http.Request) (support.Ref, error) {
	orgID, err := number(r, "org")
	if err != nil {
		return support.Ref{}, err
	}
	id, err := number(r, "id")
	return support.Ref{OrgID: orgID, ID: id}, err
}

// act answers a POST that says nothing but which request.
func (h Handlers) act(w http.ResponseWriter, r *http.Request, do func(support.Ref) error, flash string) error {
	ref, err := which(r)
	if err != nil {
		return err
	}
	if err := do(ref); err != nil {
		return err
	}
	if flash == "" {
		return httpx.See(w, r, supportview.OpPath(ref))
	}
	return h.done(w, r, flash, supportview.Desk)
}

func (h Handlers) claim(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, func(ref support.Ref) error {
		return h.Support.Claim(r.Context(), httpx.Operator(r), ref.OrgID, ref.ID)
	}, "")
}

func (h Handlers) putBack(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, func(ref support.Ref) error {
		return h.Support.PutBack(r.Context(), httpx.Operator(r), ref.OrgID, ref.ID)
	}, "support.flash.put_back")
}

// next answers POST /op/support/next: the most urgent request that nobody works
// on is taken and opened. "leave" is the one the reader is at.
func (h Handlers) next(w http.ResponseWriter, r *http.Request) error {
	var leave support.Ref
	org, id, _ := strings.Cut(r.PostFormValue("leave"), "-")
	leave.OrgID, _ = strconv.ParseInt(org, 10, 64) // what is no number leaves none
	leave.ID, _ = strconv.ParseInt(id, 10, 64)
	ref, ok, err := h.Support.Next(r.Context(), httpx.Operator(r), leave)
	switch {
	case err != nil:
		return err
	case !ok:
		return h.warned(w, r, "support.flash.nothing", supportview.Desk)
	}
	return httpx.See(w, r, supportview.OpPath(ref))
}

func (h Handlers) pass(w http.ResponseWriter, r *http.Request) error {
	ref, err := which(r)
	if err != nil {
		return err
	}
	to, _ := strconv.ParseInt(r.PostFormValue("to"), 10, 64) // 0 is nobody
	err = h.Support.Pass(r.Context(), httpx.Operator(r), ref.OrgID, ref.ID, to, r.PostFormValue("note"))
	if wrong, ok := httpx.Complaints(err); ok {
		return h.opened(w, r, http.StatusUnprocessableEntity, supportview.ItemPage{
			PassTo: r.PostFormValue("to"), PassNote: r.PostFormValue("note"), Wrong: wrong, WrongForm: supportview.PassForm,
		})
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "support.flash.passed", supportview.Desk)
}

func (h Handlers) note(w http.ResponseWriter, r *http.Request) error {
	ref, err := which(r)
	if err != nil {
		return err
	}
	err = h.Support.Note(r.Context(), httpx.Operator(r), ref.OrgID, ref.ID, r.PostFormValue("note"))
	if wrong, ok := httpx.Complaints(err); ok {
		return h.opened(w, r, http.StatusUnprocessableEntity, supportview.ItemPage{
			NoteBody: r.PostFormValue("note"), Wrong: wrong, WrongForm: supportview.NoteForm,
		})
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, supportview.OpPath(ref)+"#notes")
}

// answer answers POST …/answer: "insert" puts a ready answer into the text,
// "answer" and "ask" send it.
func (h Handlers) answer(w http.ResponseWriter, r *http.Request) error {
	op := httpx.Operator(r)
	if err := op.Need(perm.OpSupportAnswer); err != nil { // before the files are read
		return err
	}
	ref, err := which(r)
	if err != nil {
		return err
	}
	form, err := receive(w, r)
	defer form.close()
	p := supportview.ItemPage{Body: form.value("body"), Files: len(form.uploads) > 0, WrongForm: supportview.AnswerForm}
	if err == nil && form.value("act") == "insert" {
		p.Insert, _ = strconv.ParseInt(form.value("ready"), 10, 64) // 0 inserts nothing
		return h.opened(w, r, http.StatusOK, p)
	}
	if err == nil {
		seen, _ := strconv.ParseInt(form.value("seen"), 10, 64) // 0 is no message
		err = h.Support.Answer(r.Context(), op, ref.OrgID, ref.ID, support.Said{
			Act: support.Act(form.value("act")), Body: p.Body, Seen: seen, Files: form.uploads,
		})
	}
	if wrong, ok := httpx.Complaints(err); ok {
		p.Wrong = wrong
		return h.opened(w, r, http.StatusUnprocessableEntity, p)
	}
	if f, ok := fault.As(err); ok && f.Kind == fault.Conflict {
		p.Moved = f
		return h.opened(w, r, http.StatusConflict, p)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "support.flash."+form.value("act"), supportview.Desk)
}

func (h Handlers) fileFor(w http.ResponseWriter, r *http.Request) error {
	ref, err := which(r)
	if err != nil {
		return err
	}
	message, n, err := whichFile(r)
	if err != nil {
		return err
	}
	f, content, err := h.Support.ReadFileFor(r.Context(), httpx.Operator(r), ref.OrgID, ref.ID, message, n)
	if err != nil {
		return err
	}
	return httpx.Download(w, supportview.FileName(ref.ID, f), f.MediaType, f.Size, content)
}

func (h Handlers) stats(w http.ResponseWriter, r *http.Request) error {
	days, _ := strconv.Atoi(r.URL.Query().Get("days")) // nothing is the usual period
	s, err := h.Support.Stats(r.Context(), httpx.Operator(r), days)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, supportview.Stats(supportview.StatsPage{Stats: s, Period: support.Period(days)}))
}

func (h Handlers) exportStats(w http.ResponseWriter, r *http.Request) error {
	days, _ := strconv.Atoi(r.URL.Query().Get("days"))
	s, err := h.Support.Stats(r.Context(), httpx.Operator(r), days)
	if err != nil {
		return err
	}
	return httpx.CSV(w, httpx.FileName("support_stats", h.Now(), ".csv"), supportview.ExportStats(r.Context(), s))
}
