package rollindex

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"syscall"

	"intikhab/domain/geography"
	"intikhab/systems/voterinfo/rollindex/format"
)

// Roll is an open frozen roll. It is safe for concurrent use. The file's memory
// map is released when nothing refers to the Roll any more, so a roll can be
// replaced while another goroutine is still reading it.
type Roll struct {
	header *format.Header
	masks  *Masks
	code   *format.Code
	geo    format.Geometry

	voters, groups, houses []byte // in the map
	lists, chunks          []byte // copies without their masks

	areas    []Area
	stations []Station
	blocks   []geography.BlockCode        // per area, close together for the look-up
	listOf   [][3]*Station                // per area and gender
	splits   map[uint64][]format.SplitRow // by list, of those that are shared between stations
	hints    []uint32                     // per hintPlaces places, the list of the first

	scratch sync.Pool
}

// hintPlaces is the number of places that share a hint: about as many as a
// list has, so that from a hint to the list is a step or two.
const hintPlaces = 256

// Open maps a roll and checks all of it: format, length, every section's
// digest, and that the key is its own. After it returns, each look-up is
// answered from memory. An error says which of these failed and what to do.
func Open(path string, key Key) (*Roll, error) {
	r, err := open(path, key)
	if err != nil {
		return nil, fmt.Errorf("roll %s: %w", path, err)
	}
	return r, nil
}

func open(path string, key Key) (*Roll, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := mapFile(f)
	if err != nil {
		return nil, err
	}
	r, err := openBytes(b, f, key)
	if err != nil {
		unmap(b)
		return nil, err
	}
	runtime.AddCleanup(r, unmap, b)
	go func() {
		settle(b)
		runtime.KeepAlive(r)
	}()
	return r, nil
}

// openBytes opens the roll that b holds, and content gives too, and refers to b as
// long as it lives. Digests are computed from content: reading a file is faster
// than the faults of mapping it.
func openBytes(b []byte, content io.ReaderAt, key Key) (r *Roll, err error) {
	r = &Roll{}
	if r.header, err = format.ParseHeader(b, uint64(len(b))); err != nil {
		return nil, err
	}
	h := r.header
	if key.ID() != h.KeyID {
		return nil, fmt.Errorf("wrong key: it was frozen under roll key %08x and this is %v", h.KeyID, key)
	}
	if !hmac.Equal(h.MAC[:], key.MAC(h.Salt, h.Root[:])) {
		return nil, fmt.Errorf("the header was not made with %v: somebody without the key has changed it", key)
	}
	if err := checkGaps(b, h); err != nil {
		return nil, err
	}
	r.masks = NewMasks(key, h.Salt)
	// Both at once; what load makes of bytes that prove damaged is not used.
	loaded := make(chan error, 1)
	go func() { loaded <- r.load(b) }()
	err = checkDigests(content, h.Sections)
	if loadErr := <-loaded; err == nil {
		err = loadErr
	}
	if err != nil {
		return nil, err
	}
	r.scratch.New = func() any { return &scratch{} }
	return r, nil
}

func mapFile(f *os.File) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() == 0 || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("not a roll: it is empty or no file")
	}
	b, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map: %w", err)
	}
	return b, nil
}

func unmap(b []byte) {
	if err := syscall.Munmap(b); err != nil {
		panic(err) // only for what is no map
	}
}

// checkGaps refuses what no digest covers: each section begins at the first
// multiple of Align behind the one before, and between them are zeros.
func checkGaps(file []byte, h *format.Header) error {
	at := uint64(format.HeaderLength(h.Name, len(h.Sections)))
	for _, s := range h.Sections {
		start := (at + format.Align - 1) / format.Align * format.Align
		if s.Offset != start {
			return fmt.Errorf("section %q begins at byte %d and not at %d, behind the one before", s.Name, s.Offset, start)
		}
		for _, b := range file[at:start] {
			if b != 0 {
				return fmt.Errorf("the bytes before section %q are damaged: they are not zero; take a fresh copy of the file", s.Name)
			}
		}
		at = s.Offset + s.Length
	}
	if at != uint64(len(file)) {
		return fmt.Errorf("%d bytes follow the last section", uint64(len(file))-at)
	}
	return nil
}

// checkDigests computes every section's digest on all cores.
func checkDigests(file io.ReaderAt, sections []format.Section) error {
	type leaf struct{ section, i int }
	leaves := make(chan leaf)
	sums := make([][][sha256.Size]byte, len(sections))
	for i, s := range sections {
		sums[i] = make([][sha256.Size]byte, (s.Length+format.DigestLeaf-1)/format.DigestLeaf)
	}
	var workers sync.WaitGroup
	failed := make(chan error, runtime.GOMAXPROCS(0))
	for range cap(failed) {
		workers.Go(func() {
			var failure error
			buffer := make([]byte, format.DigestLeaf)
			for l := range leaves {
				s := sections[l.section]
				at := uint64(l.i) * format.DigestLeaf
				b := buffer[:min(s.Length-at, format.DigestLeaf)]
				if _, err := file.ReadAt(b, int64(s.Offset+at)); err != nil && failure == nil {
					failure = fmt.Errorf("section %q cannot be read: %w", s.Name, err)
				}
				sums[l.section][l.i] = sha256.Sum256(b)
			}
			if failure != nil {
				failed <- failure
			}
		})
	}
	for i := range sums {
		for j := range sums[i] {
			leaves <- leaf{i, j}
		}
	}
	close(leaves)
	workers.Wait()
	select {
	case err := <-failed:
		return err
	default:
	}
	for i, s := range sections {
		all := sha256.New()
		for _, sum := range sums[i] {
			all.Write(sum[:])
		}
		if [sha256.Size]byte(all.Sum(nil)) != s.Digest {
			return fmt.Errorf("section %q is damaged: its bytes do not fit the header's digest; take a fresh copy of the file", s.Name)
		}
	}
	return nil
}

// load takes the sections apart and builds what is kept outside the map.
func (r *Roll) load(file []byte) error {
	h := r.header
	r.geo = h.Geometry
	if h.Areas == 0 {
		return errors.New("the roll has no area")
	}
	var code, areas, stations, names []byte
	for name, at := range map[string]*[]byte{
		"voters": &r.voters, "groups": &r.groups, "lists": &r.lists, "houses": &r.houses, "chunks": &r.chunks,
		"code": &code, "areas": &areas, "stations": &stations, "names": &names,
	} {
		s, ok := h.Section(name)
		if !ok {
			return fmt.Errorf("the section %q is missing", name)
		}
		*at = file[s.Offset:][:s.Length:s.Length]
	}
	for name, fits := range map[string]bool{
		"voters":   uint64(len(r.voters)) == r.geo.Bytes()+format.Padding,
		"groups":   uint64(len(r.groups)) == 4*(r.geo.Groups+1),
		"lists":    uint64(len(r.lists)) == 4*(3*h.Areas+1),
		"chunks":   uint64(len(r.chunks)) == format.ChunksBytes(r.geo.Places),
		"houses":   len(r.houses)%16 == 0 && len(r.houses) >= 16,
		"areas":    uint64(len(areas)) == h.Areas*format.AreaBytes,
		"stations": uint64(len(stations)) == h.Stations*format.StationBytes,
	} {
		if !fits {
			return fmt.Errorf("section %q has not the length that the header's numbers give it", name)
		}
	}
	r.lists, r.chunks = r.masks.Lists.unmasked(r.lists), r.masks.Chunks.unmasked(r.chunks)
	var err error
	if r.code, err = format.ParseCode(code); err != nil {
		return err
	}
	n, err := format.ParseNames(names)
	if err != nil {
		return err
	}
	if uint64(len(n.Areas)) != h.Areas || uint64(len(n.Stations)) != h.Stations {
		return fmt.Errorf("the names section speaks of %d areas and %d stations, the header of %d and %d", len(n.Areas), len(n.Stations), h.Areas, h.Stations)
	}
	r.loadStations(stations, n)
	if err := r.loadAreas(areas, n); err != nil {
		return err
	}
	if err := r.loadSplits(file); err != nil {
		return err
	}
	if err := r.checkGroups(); err != nil {
		return err
	}
	return r.loadHints()
}

// checkGroups sees to it that no look-up is sent outside a section: the voters
// before the groups never become fewer, and each chunk begins within houses.
func (r *Roll) checkGroups() error {
	last := uint64(0)
	for g := uint64(0); g <= r.geo.Groups; g++ {
		before := uint64(binary.LittleEndian.Uint32(r.groups[4*g:]))
		if before < last || g == 0 && before != 0 || g == r.geo.Groups && before != r.geo.Voters {
			return fmt.Errorf("group %d of section \"groups\" is out of order", g)
		}
		last = before
	}
	for place := uint64(0); place < r.geo.Places; place += format.ChunkPlaces {
		if r.chunkStart(place)/8 >= uint64(len(r.houses)) {
			return fmt.Errorf("the chunk of place %d begins outside section \"houses\"", place)
		}
	}
	return nil
}

func (r *Roll) loadStations(section []byte, n *format.Names) {
	r.stations = make([]Station, len(n.Stations))
	for i, s := range n.Stations {
		at := section[i*format.StationBytes:]
		degrees := func(b []byte) float64 { return float64(int32(binary.LittleEndian.Uint32(b))) / 1e7 }
		r.stations[i] = Station{
			ID: geography.StationID(n.Strings[s[0]]), Kind: n.Strings[s[1]], NameEn: n.Strings[s[2]], NameUr: n.Strings[s[3]],
			Lat: degrees(at), Lon: degrees(at[4:]),
		}
	}
}

func (r *Roll) loadAreas(section []byte, n *format.Names) error {
	r.areas = make([]Area, len(n.Areas))
	r.blocks = make([]geography.BlockCode, len(n.Areas))
	r.listOf = make([][3]*Station, len(n.Areas))
	for i, s := range n.Areas {
		row := format.ParseArea(section, uint64(i))
		a := &r.areas[i]
		r.blocks[i] = geography.BlockCode(row.Block)
		*a = Area{
			Block:  r.blocks[i],
			NameEn: n.Strings[s[0]], NameUr: n.Strings[s[1]],
			TehsilEn: n.Strings[s[2]], TehsilUr: n.Strings[s[3]],
			DistrictEn: n.Strings[s[4]], DistrictUr: n.Strings[s[5]],
		}
		for _, c := range []struct {
			row  uint16
			code *geography.Constituency
		}{{row.NA, &a.NA}, {row.PA, &a.PA}} {
			if int(c.row) > len(n.Constituencies) {
				return fmt.Errorf("area %d names constituency %d of %d", i, c.row, len(n.Constituencies))
			}
			if c.row > 0 {
				*c.code = geography.Constituency(n.Strings[n.Constituencies[c.row-1]])
			}
		}
		for g, s := range row.StationMFX {
			if int(s) > len(r.stations) {
				return fmt.Errorf("area %d names station %d of %d", i, s, len(r.stations))
			}
			if s > 0 {
				r.listOf[i][g] = &r.stations[s-1]
			}
		}
		a.StationM, a.StationF = r.listOf[i][0], r.listOf[i][1]
	}
	return nil
}

// loadSplits reads the section of the lists that are shared between stations, which only
// a roll with such lists has.
func (r *Roll) loadSplits(file []byte) error {
	s, ok := r.header.Section("splits")
	if !ok {
		return nil
	}
	rows, err := format.ParseSplits(file[s.Offset:][:s.Length], r.header.Areas, r.header.Stations)
	if err != nil {
		return err
	}
	r.splits = make(map[uint64][]format.SplitRow)
	for _, row := range rows {
		r.splits[uint64(row.List)] = append(r.splits[uint64(row.List)], row)
	}
	return nil
}

// station is where a voter of a list votes.
func (r *Roll) station(list uint64, serial uint32) *Station {
	at := r.listOf[list/3][list%3]
	for _, row := range r.splits[list] {
		if row.Serial <= serial {
			at = &r.stations[row.Station-1]
		}
	}
	return at
}

func (r *Roll) listStart(i uint64) uint64 {
	return uint64(binary.LittleEndian.Uint32(r.lists[4*i:]))
}

func (r *Roll) loadHints() error {
	lists := 3 * r.header.Areas
	r.hints = make([]uint32, r.geo.Places/hintPlaces+1)
	next := uint64(0)
	for i := range lists {
		start, end := r.listStart(i), r.listStart(i+1)
		if end < start || end > r.geo.Places || i == 0 && start != 0 || i == lists-1 && end != r.geo.Places {
			return fmt.Errorf("list %d of section \"lists\" is out of order", i)
		}
		for ; next < end; next += hintPlaces {
			r.hints[next/hintPlaces] = uint32(i)
		}
	}
	return nil
}

// Info returns what the roll says of itself.
func (r *Roll) Info() Info {
	h := r.header
	return Info{
		Name: h.Name, Frozen: h.Frozen, Voters: h.Geometry.Voters,
		Areas: len(r.areas), Stations: len(r.stations), Root: hex.EncodeToString(h.Root[:]),
	}
}

// Areas returns every electoral area of the roll in the order of block codes.
// The caller does not change them.
func (r *Roll) Areas() []Area { return r.areas }
