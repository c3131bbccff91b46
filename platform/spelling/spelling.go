// Package spelling finds the known word that somebody most likely meant who
// typed another, for errors that name it: settings, placeholders of texts.
package spelling

// Nearest gives the word of known that takes the fewest keystrokes to reach from
// word; "" of none.
func Nearest(word string, known []string) (best string) {
	least := int(^uint(0) >> 1)
	for _, k := range known {
		if d := Distance(word, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// Distance is the number of bytes to change, add or drop to get from a to b
// (Levenshtein 1965).
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
