package runner

import "notifyaudit/job"

// sameAnswers is how many answers alike in a row are about the robot, or the way to
// the API, and not about the messages: one wrong robot code, and a robot that is
// stopped in mid-run, cost ten calls and not a month.
const sameAnswers = 10

// A suspect is a message with an answer of which it isn't clear yet whether it is
// about the message.
type suspect struct {
	reader *messageReader
	err    *job.AnswerError
	// failure is the answer as it was recorded.
	failure job.Failure
}

// A streak is the latest answers in a row that are alike.
type streak struct {
	class    job.ErrorClass
	code     string
	status   int
	suspects []*suspect
	// count is how many there are; the suspects of a streak of sameAnswers are not
	// kept.
	count int
}

// add takes one more answer. It returns the suspects of the streak that the answer
// ends, if it is unlike them.
func (s *streak) add(x *suspect) (ended []*suspect) {
	if s.class != x.err.Class || s.code != x.err.Code || s.status != x.err.Status {
		ended = s.end()
		s.class, s.code, s.status = x.err.Class, x.err.Code, x.err.Status
	}
	s.count++
	s.suspects = append(s.suspects, x)
	return ended
}

// end ends the streak and returns its suspects.
func (s *streak) end() []*suspect {
	ended := s.suspects
	s.suspects, s.count = nil, 0
	return ended
}

// take returns the suspects and lets the streak go on.
func (s *streak) take() []*suspect {
	taken := s.suspects
	s.suspects = nil
	return taken
}
