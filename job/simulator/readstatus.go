package simulator

import (
	"cmp"
	"slices"

	"notifyaudit/job/simulator/scenario"
)

// readReadStatus fills in what a query of a one_to_one message is about.
func readReadStatus(_ *Simulator, c *call) {
	c.seen.Kind = scenario.KindOneToOne
	c.seen.Key = c.params.Get("processQueryKey")
	c.seen.RobotCode = c.params.Get("robotCode")
}

// answerReadStatus is oToMessages/readStatus: all receivers at once, each READ or
// UNREAD.
func answerReadStatus(s *Simulator, c *call) reply {
	if refusal := s.refuseApp(c); refusal != nil {
		return *refusal
	}
	if code := badReadStatus(c); code != "" {
		return s.coded(c, code)
	}
	e, code := s.find(c)
	if code != "" {
		return s.coded(c, code)
	}
	var st scenario.State
	if e != nil {
		st = e.state(s.present(c, e))
	}
	if st.Error != nil {
		return s.answered(c, st.Error)
	}
	return s.readStatus(scenario.MessageID{Kind: c.seen.Kind, Key: c.seen.Key}, st)
}

// badReadStatus is the code for what is wrong with the request in itself, or "".
func badReadStatus(c *call) string {
	switch {
	case len(c.params["robotCode"]) > 1, len(c.params["processQueryKey"]) > 1:
		return scenario.CodeBadParameter
	case c.seen.RobotCode == "":
		return scenario.CodeMissingRobot
	case c.seen.Key == "":
		return scenario.CodeMissingKey
	}
	return ""
}

// A readStatus is what oToMessages/readStatus answers.
type readStatus struct {
	SendStatus          string     `json:"sendStatus"`
	MessageReadInfoList []readInfo `json:"messageReadInfoList"`
}

// A readInfo is one receiver. ReadTimestamp is documented as unsupported.
type readInfo struct {
	Name          string `json:"name"`
	UserID        string `json:"userId"`
	ReadStatus    string `json:"readStatus"`
	ReadTimestamp int64  `json:"readTimestamp"`
}

func (s *Simulator) readStatus(id scenario.MessageID, st scenario.State) reply {
	readers := s.readers(id.Kind, id.Key, st)
	answer := readStatus{SendStatus: st.EffectiveSendStatus(), MessageReadInfoList: []readInfo{}}
	for _, receiver := range s.receivers(id, readers) {
		info := readInfo{Name: "Name of " + receiver, UserID: receiver, ReadStatus: "UNREAD"}
		if slices.Contains(readers, receiver) {
			info.ReadStatus = "READ"
		}
		answer.MessageReadInfoList = append(answer.MessageReadInfoList, info)
	}
	return jsonReply(200, answer)
}

// receivers are whom a message went to, each once: the scenario's, or the readers
// and then the others, up to scenario.MaxReceivers.
func (s *Simulator) receivers(id scenario.MessageID, readers []string) []string {
	if e, listed := s.messages[id]; listed && e.message.Receivers != nil {
		return e.message.Receivers
	}
	var all []string
	for _, person := range slices.Concat(readers, s.addressees(drawKey{kind: id.Kind, key: id.Key, count: -1})) {
		if len(all) < scenario.MaxReceivers && !slices.Contains(all, person) {
			all = append(all, person)
		}
	}
	return all
}

// addressees are whom the readers of a one_to_one message are drawn from: its
// receivers where the scenario has them, or else up to scenario.MaxReceivers people.
func (s *Simulator) addressees(d drawKey) []string {
	if e, listed := s.messages[scenario.MessageID{Kind: d.kind, Key: d.key}]; listed && e.message.Receivers != nil {
		return slices.Sorted(slices.Values(e.message.Receivers))
	}
	var people []string
	if s.people != nil {
		people = slices.Compact(slices.Sorted(slices.Values(s.people(d.kind, d.key))))
	}
	if len(people) == 0 {
		return madeUpIDs(1, max(d.count, 1+int(s.hash("receivers", d.key)%scenario.MaxReceivers)))
	}
	slices.SortStableFunc(people, func(a, b string) int {
		return cmp.Compare(s.chance("receiver", d.key, a), s.chance("receiver", d.key, b))
	})
	return people[:min(len(people), scenario.MaxReceivers)]
}
