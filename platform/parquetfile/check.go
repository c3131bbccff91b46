package parquetfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/format"
)

// Bounds on one page of a Parquet file: what it takes in memory. Writers make
// pages of some 1 MiB, those that make one page of a row group some dozens.
const (
	maxPageBytes  = 256 << 20
	maxPageValues = 16 << 20
)

// checkFooter sees to it that the footer's lengths are covered by the footer.
func checkFooter(r io.ReaderAt, size int64) error {
	const head, tail = 4, 8
	if size < head+tail {
		return errors.New("damaged Parquet: the file is too short")
	}
	var end [tail]byte
	if _, err := r.ReadAt(end[:], size-tail); err != nil {
		return err
	}
	length := int64(binary.LittleEndian.Uint32(end[:]))
	if string(end[4:]) != "PAR1" || length > size-head-tail {
		return errors.New("damaged Parquet: the file's end is missing")
	}
	footer := make([]byte, length)
	if _, err := r.ReadAt(footer, size-tail-length); err != nil {
		return err
	}
	c := compact{b: footer}
	if err := c.structure(0, 0, nil); err != nil {
		return fmt.Errorf("damaged Parquet: the footer: %w", err)
	}
	return nil
}

// checkPages walks over the headers of a column's pages in one row group and
// refuses any that asks for more than there is or than the bounds allow. How
// much a page's compressed bytes swell beyond what its header says is left to
// the library.
func checkPages(r io.ReaderAt, size int64, m *format.ColumnMetaData) error {
	at := m.DataPageOffset
	if m.DictionaryPageOffset != 0 {
		at = m.DictionaryPageOffset
	}
	if at < 0 || m.TotalCompressedSize < 0 || at > size || m.TotalCompressedSize > size-at {
		return errors.New("its pages lie outside the file")
	}
	for end := at + m.TotalCompressedSize; at < end; {
		n, body, err := checkPageHeader(r, at, end)
		if err != nil {
			return fmt.Errorf("page at byte %d: %w", at, err)
		}
		if at += n; body > end-at {
			return fmt.Errorf("page at byte %d: %w", at, errCompact)
		}
		at += body
	}
	return nil
}

// checkPageHeader returns the lengths of a page's header and body.
func checkPageHeader(r io.ReaderAt, at, end int64) (header, body int64, err error) {
	for _, window := range []int64{1 << 10, 1 << 20} {
		b := make([]byte, min(window, end-at))
		if _, err := r.ReadAt(b, at); err != nil {
			return 0, 0, err
		}
		c := compact{b: b}
		var uncompressed, values int64
		err = c.structure(0, 0, func(in, field int16, v int64) {
			switch {
			case in == 0 && field == 2:
				uncompressed = v
			case in == 0 && field == 3:
				body = v
			case (in == 5 || in == 7 || in == 8) && field == 1:
				values = v
			}
		})
		if errors.Is(err, errCompact) {
			continue // the header may be longer than the window
		}
		if err == nil && (body < 0 || max(body, uncompressed) > maxPageBytes || values > maxPageValues) {
			err = fmt.Errorf("%d bytes and %d values are more than a page can have", max(body, uncompressed), values)
		}
		return int64(c.at), body, err
	}
	return 0, 0, err
}
