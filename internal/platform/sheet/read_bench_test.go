package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// BenchmarkRead reads 20,000 rows of 20 texts: as a CSV file, and as office programs
// write them, where texts stand once in a part of their own, big enough to be
// unpacked to a file.
func BenchmarkRead(b *testing.B) {
	const rows, columns = 20_000, 20
	book, table := excelize.NewFile(), &strings.Builder{}
	for r := range rows {
		for c := range columns {
			text := fmt.Sprintf("Сут «Ойдин» %d мл, бутылка ПЭТ %d", r, c)
			cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
			_ = book.SetCellStr("Sheet1", cell, text)
			table.WriteString(text + ";")
		}
		table.WriteString("\n")
	}
	var workbook bytes.Buffer
	if err := book.Write(&workbook); err != nil {
		b.Fatal(err)
	}
	for name, file := range map[string]string{"CSV": table.String(), "XLSX": workbook.String()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if n := count(b, strings.NewReader(file)); n != rows {
					b.Fatal(n, " rows")
				}
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func count(b *testing.B, file io.Reader) (n int) {
	b.Helper()
	in, err := Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	for {
		switch _, err := in.Next(); {
		case errors.Is(err, io.EOF):
			return n
		case err != nil:
			b.Fatal(err)
		}
		n++
	}
}
