package pagezip

import (
	"container/heap"
	"encoding/binary"
	"flag"
	"fmt"
	"math/bits"
	"os"
	"path/filepath"
	"testing"
)

var pages = flag.String("pages", "", "folder with pages of the portal: print the lengths of a code made for them, for lengths.go")

// TestTrain makes a code: go test ./internal/platform/pagezip -run Train -v -pages folder
func TestTrain(t *testing.T) {
	if *pages == "" {
		t.Skip("no pages given")
	}
	files, err := filepath.Glob(filepath.Join(*pages, "*.html"))
	if err != nil || len(files) == 0 {
		t.Fatal("no pages: ", err)
	}
	counts := make([]int, literals+distances)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		count(b, counts)
	}
	lengths := append(limited(counts[:literals]), limited(counts[literals:])...)
	for i, n := range lengths {
		if i%26 == 0 {
			fmt.Print("\n\t")
		}
		fmt.Printf("%d, ", n)
	}
	fmt.Println()
}

// count counts the symbols that a page is packed in. It finds the same
// repetitions as Writer.symbols.
func count(src []byte, counts []int) {
	var seen [1 << hashBits]uint16
	i := 0
	counts[endOfBlock]++
	for limit := len(src) - 8; i < limit; {
		now := binary.LittleEndian.Uint32(src[i:])
		slot := &seen[now*2654435761>>(32-hashBits)]
		before := int(*slot)
		*slot = uint16(i)
		if before >= i || binary.LittleEndian.Uint32(src[before:]) != now {
			counts[src[i]]++
			i++
			continue
		}
		length := minMatch + same(src[before+minMatch:], src[i+minMatch:min(len(src), i+maxMatch)])
		if x := length - 3; x == 255 {
			counts[literals-1]++
		} else {
			extra := max(bits.Len(uint(x)), 3) - 3
			counts[firstLen+4*extra+x>>extra]++
		}
		far := i - before - 1
		extra := max(bits.Len(uint(far)), 2) - 2
		counts[literals+2*extra+far>>extra]++
		i += length
		if i < limit {
			seen[binary.LittleEndian.Uint32(src[i-2:])*2654435761>>(32-hashBits)] = uint16(i - 2)
		}
	}
	for _, b := range src[i:] {
		counts[b]++
	}
}

type node struct {
	weight, symbol int
	left, right    *node
}
type nodes []*node

func (n nodes) Len() int           { return len(n) }
func (n nodes) Less(i, j int) bool { return n[i].weight < n[j].weight }
func (n nodes) Swap(i, j int)      { n[i], n[j] = n[j], n[i] }
func (n *nodes) Push(x any)        { *n = append(*n, x.(*node)) }
func (n *nodes) Pop() any {
	last := (*n)[len(*n)-1]
	*n = (*n)[:len(*n)-1]
	return last
}

// limited gives the lengths of a Huffman code for every symbol, also those that
// were not seen: these weigh more and more until no symbol is too long.
func limited(counts []int) []uint8 {
	for floor := 1; ; floor *= 2 {
		h := make(nodes, 0, len(counts))
		for s, c := range counts {
			heap.Push(&h, &node{weight: max(c*8, floor), symbol: s})
		}
		for len(h) > 1 {
			a, b := heap.Pop(&h).(*node), heap.Pop(&h).(*node)
			heap.Push(&h, &node{weight: a.weight + b.weight, left: a, right: b})
		}
		lengths := make([]uint8, len(counts))
		if deepest(h[0], 0, lengths) <= maxBits {
			return lengths
		}
	}
}

func deepest(n *node, depth uint8, lengths []uint8) uint8 {
	if n.left == nil {
		lengths[n.symbol] = depth
		return depth
	}
	return max(deepest(n.left, depth+1, lengths), deepest(n.right, depth+1, lengths))
}
