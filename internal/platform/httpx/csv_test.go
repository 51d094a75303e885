package httpx_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kabinet/internal/platform/httpx"
)

const wantTable = "\ufeffName;Sum\r\n'=cmd|' /C calc'!A0;\"a;b\"\r\n'+998;1\r\n"

func rowsOfTest() [][]string {
	return [][]string{{"=cmd|' /C calc'!A0", "a;b"}, {"+998", "1"}}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	if err := httpx.CSV(w, "list.csv", append([][]string{{"Name", "Sum"}}, rowsOfTest()...)); err != nil {
		t.Fatal(err)
	}
	wantDownload(t, w, wantTable)
	if w.Header().Get("Content-Length") != fmt.Sprint(len(wantTable)) {
		t.Errorf("%v", w.Header())
	}
}

func TestFileName(t *testing.T) {
	t.Parallel()
	if got := httpx.FileName("users", time.Date(2025, 12, 3, 19, 41, 0, 0, time.UTC), ".csv"); got != "users_2025-12-04_0041.csv" {
		t.Errorf("%s", got)
	}
}

func wantDownload(t *testing.T, w *httptest.ResponseRecorder, body string) {
	t.Helper()
	h := w.Header()
	if w.Body.String() != body || h.Get("Content-Type") != "text/csv; charset=utf-8" ||
		h.Get("Content-Disposition") != `attachment; filename="list.csv"` || h.Get("Cache-Control") != "no-store" {
		t.Errorf("%q %v, want %q", w.Body, h, body)
	}
}

func TestCSVRows(t *testing.T) {
	t.Parallel()
	broken := errors.New("the database is gone")
	send := func(w http.ResponseWriter, rows [][]string, end error) error {
		return httpx.CSVRows(w, "list.csv", []string{"Name", "Sum"}, func(write func([]string) error) error {
			for _, r := range rows {
				if err := write(r); err != nil {
					return err
				}
			}
			return end
		})
	}

	t.Run("sends the table as CSV does", func(t *testing.T) {
		t.Parallel()
		w := httptest.NewRecorder()
		if err := send(w, rowsOfTest(), nil); err != nil {
			t.Fatal(err)
		}
		wantDownload(t, w, wantTable)
	})

	t.Run("sends the titles alone when there is nothing", func(t *testing.T) {
		t.Parallel()
		w := httptest.NewRecorder()
		if err := send(w, nil, nil); err != nil {
			t.Fatal(err)
		}
		wantDownload(t, w, "\ufeffName;Sum\r\n")
	})

	t.Run("leaves a refusal before the first row to a problem page", func(t *testing.T) {
		t.Parallel()
		w := httptest.NewRecorder()
		if err := send(w, nil, broken); !errors.Is(err, broken) || w.Body.Len() > 0 || len(w.Header()) > 0 {
			t.Errorf("%v, %q %v", err, w.Body, w.Header())
		}
	})

	t.Run("breaks off rather than look whole", func(t *testing.T) {
		t.Parallel()
		site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			many := strings.Repeat("x", 1<<20) // more than any buffer on the way
			_ = send(w, [][]string{{many}, {many}}, broken)
		}))
		defer site.Close()
		res, err := http.Get(site.URL) //nolint:noctx // a server of the test's own
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		if _, err := io.Copy(io.Discard, res.Body); err == nil {
			t.Error("the reader takes a part for the whole")
		}
	})
}
