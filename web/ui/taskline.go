package ui

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"kabinet/internal/platform/i18n"
)

// taskLines are the lines of one part of the checklist, written like the rows of
// a list; the id of each status begins with prefix.
func taskLines(tasks []Task, prefix string) templ.Component {
	return WriteRows(func(ctx context.Context, w *Rows) {
		for i, t := range tasks {
			t.write(ctx, w, prefix+strconv.Itoa(i+1))
		}
	})
}

func (t Task) write(ctx context.Context, w *Rows, id string) {
	w.HTML(`<li><svg class="ic" viewBox="0 0 20 20" aria-hidden="true">`)
	w.HTML(taskIcons[t.Status])
	w.HTML(`</svg>`)
	if t.Status == TaskBlocked {
		w.HTML(`<span>`)
		w.Text(t.Title)
		w.HTML(`</span>`)
	} else {
		w.HTML(`<a href="`)
		w.Text(string(templ.URL(t.URL)))
		w.HTML(`" aria-describedby="`)
		w.Text(id)
		w.HTML(`">`)
		w.Text(t.Title)
		w.HTML(`</a>`)
	}
	w.HTML(` <span class="`)
	w.Text(t.Status.class())
	w.HTML(`" id="`)
	w.Text(id)
	w.HTML(`">`)
	w.Text(i18n.T(ctx, t.Status.key()))
	w.HTML(`</span>`)
	if t.Hint != "" {
		w.HTML(` <span class="about`)
		if t.Lang != "" {
			w.HTML(`" lang="`)
			w.Text(t.Lang)
		}
		w.HTML(`">`)
		w.Text(t.Hint)
		w.HTML(`</span>`)
	}
	w.HTML(`</li>`)
}

// taskIcons are the signs of a task, by status.
var taskIcons = [...]markup{
	TaskNotStarted:   `<rect x="2" y="2" width="16" height="16"></rect>`,
	TaskInProgress:   `<rect x="2" y="2" width="16" height="16"></rect><path d="M3 17V10h14v7z" fill="currentColor" stroke="none"></path>`,
	TaskNeedsAction:  `<rect x="2" y="2" width="16" height="16"></rect><path d="M10 5.5v5M10 13v2"></path>`,
	TaskWithOperator: `<rect x="2" y="2" width="16" height="16"></rect><path d="M10 6v4.5l3 2"></path>`,
	TaskDone:         `<rect x="2" y="2" width="16" height="16"></rect><path d="M6 10l3 3 5-6"></path>`,
	TaskBlocked:      `<rect x="2" y="2" width="16" height="16" stroke-dasharray="3 3"></rect>`,
}
