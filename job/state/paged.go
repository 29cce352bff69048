package state

import "iter"

// fetch is how many rows an iteration fetches at a time: it then holds neither a
// connection nor more memory while its user works.
const fetch = 500

// paged yields what look finds behind a row, fetch of it at a time, which tells
// the last row it saw. After an error there is no more.
func paged[T any](look func(after int64) (found []T, last int64, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		after := int64(0)
		for {
			found, last, err := look(after)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, one := range found {
				if !yield(one, nil) {
					return
				}
			}
			if len(found) < fetch {
				return
			}
			after = last
		}
	}
}
