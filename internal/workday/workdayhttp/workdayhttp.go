// Package workdayhttp answers the staff's pages about the calendar of working
// days.
package workdayhttp

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/internal/workday"
	"kabinet/web/workdayview"
)

// Handlers answers /op/dictionaries/calendar.
type Handlers struct {
	Days     *workday.Service
	Sessions *session.Manager
	Now      clock.Clock
}

// Staff mounts the pages.
func (h Handlers) Staff(r chi.Router, wrap httpx.Wrap) {
	r.Get("/op/dictionaries/calendar", wrap(h.year))
	r.Get("/op/dictionaries/calendar/new", wrap(h.blank))
	r.Post("/op/dictionaries/calendar/new", wrap(h.add))
	r.Get("/op/dictionaries/calendar/{day}", wrap(h.day))
	r.Post("/op/dictionaries/calendar/{day}", wrap(h.change))
	r.Get("/op/dictionaries/calendar/{day}/remove", wrap(h.askRemove))
	r.Post("/op/dictionaries/calendar/{day}/remove", wrap(h.remove))
}

// year answers GET /op/dictionaries/calendar; without a year it shows this one.
func (h Handlers) year(w http.ResponseWriter, r *http.Request) error {
	number := workday.DayOf(h.Now()).Year()
	if typed := r.URL.Query().Get("year"); typed != "" {
		number, _ = strconv.Atoi(typed) // 0 is no year of the calendar
	}
	op := httpx.Operator(r)
	y, err := h.Days.Year(r.Context(), op, number)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, workdayview.Year(workdayview.YearPage{Year: y, MayEdit: op.Need(perm.OpDictionaryManage) == nil}))
}

func (h Handlers) blank(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Operator(r).Need(perm.OpDictionaryManage); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, workdayview.Day(workdayview.DayPage{MayEdit: true}))
}

func typed(r *http.Request) workday.Draft {
	d := workday.Draft{
		Day: r.PostFormValue("day"), Working: r.PostFormValue("working"), Uz: r.PostFormValue("uz"), Ru: r.PostFormValue("ru"), En: r.PostFormValue("en"),
		Estimated: r.PostFormValue("estimated") != "",
	}
	d.Version, _ = strconv.Atoi(r.PostFormValue("version")) // 0 fits no stored day
	return d
}

func (h Handlers) add(w http.ResponseWriter, r *http.Request) error {
	d := typed(r)
	day, err := h.Days.AddDay(r.Context(), httpx.Operator(r), d)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, httpx.ProblemOf(err).Status, workdayview.Day(workdayview.DayPage{Draft: d, Wrong: wrong, MayEdit: true}))
	}
	if err != nil {
		return err
	}
	return h.done(w, r, day, "workday.flash.added")
}

// done leads to the year of a day.
func (h Handlers) done(w http.ResponseWriter, r *http.Request, day workday.Day, flash string) error {
	h.Sessions.Put(r.Context(), "flash", flash)
	return httpx.See(w, r, workdayview.YearPath(day.Year()))
}

// stored is the day an address names.
func (h Handlers) stored(r *http.Request) (workday.Entry, error) {
	day, ok := workday.ParseDay(chi.URLParam(r, "day"))
	if !ok {
		return workday.Entry{}, workday.ErrNotFound
	}
	return h.Days.Entry(r.Context(), httpx.Operator(r), day)
}

func (h Handlers) day(w http.ResponseWriter, r *http.Request) error {
	e, err := h.stored(r)
	if err != nil {
		return err
	}
	may := httpx.Operator(r).Need(perm.OpDictionaryManage) == nil
	return httpx.Render(w, r, http.StatusOK, workdayview.Day(workdayview.DayPage{Now: e, Draft: e.Draft(), MayEdit: may}))
}

// change answers POST /op/dictionaries/calendar/{day}. When somebody else was
// faster both are shown; saving again then replaces theirs knowingly.
func (h Handlers) change(w http.ResponseWriter, r *http.Request) error {
	now, err := h.stored(r)
	if err != nil {
		return err
	}
	p := workdayview.DayPage{Now: now, Draft: typed(r), MayEdit: true}
	p.Draft.Day = now.Draft().Day
	err = h.Days.ChangeDay(r.Context(), httpx.Operator(r), now.Day, p.Draft)
	if wrong, ok := httpx.Complaints(err); ok {
		p.Wrong = wrong
		return httpx.Render(w, r, http.StatusUnprocessableEntity, workdayview.Day(p))
	}
	if errors.Is(err, workday.ErrEdited) {
		if p.Now, err = h.stored(r); err != nil {
			return err
		}
		p.Edited, p.Draft.Version = true, p.Now.Version
		return httpx.Render(w, r, http.StatusConflict, workdayview.Day(p))
	}
	if err != nil {
		return err
	}
	return h.done(w, r, now.Day, "workday.flash.changed")
}

// askRemove answers GET …/{day}/remove: the question before the act.
func (h Handlers) askRemove(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Operator(r).Need(perm.OpDictionaryManage); err != nil {
		return err
	}
	return h.question(w, r, http.StatusOK, false)
}

// question asks whether the day is to go, as it is stored now.
func (h Handlers) question(w http.ResponseWriter, r *http.Request, status int, edited bool) error {
	e, err := h.stored(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, status, workdayview.Remove(e, edited))
}

// remove answers POST …/{day}/remove; a day that somebody changed after the
// question is asked about again.
func (h Handlers) remove(w http.ResponseWriter, r *http.Request) error {
	e, err := h.stored(r)
	if err != nil {
		return err
	}
	err = h.Days.RemoveDay(r.Context(), httpx.Operator(r), e.Day, typed(r).Version)
	if errors.Is(err, workday.ErrEdited) {
		return h.question(w, r, http.StatusConflict, true)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, e.Day, "workday.flash.removed")
}
