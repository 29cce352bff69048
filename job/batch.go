package job

import "iter"

// Batches yields the messages in slices of n, the last one shorter: the state
// answers for many messages about as fast as for one. The slice is good until
// the next one. An error ends the sequence, without the messages before it that
// filled no batch.
func Batches(messages iter.Seq2[Message, error], n int) iter.Seq2[[]Message, error] {
	return func(yield func([]Message, error) bool) {
		batch := make([]Message, 0, n)
		for m, err := range messages {
			if err != nil {
				yield(nil, err)
				return
			}
			batch = append(batch, m)
			if len(batch) < n {
				continue
			}
			if !yield(batch, nil) {
				return
			}
			batch = batch[:0]
		}
		if len(batch) > 0 {
			yield(batch, nil)
		}
	}
}
