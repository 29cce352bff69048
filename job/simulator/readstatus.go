package simulator

import (
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
		return c.coded(code)
	}
	e, code := s.messages.find(c)
	if code != "" {
		return c.coded(code)
	}
	var st scenario.State
	if e != nil {
		st = e.state(s.present(c, e))
	}
	if st.Error != nil {
		return c.answered(st.Error)
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
	readers := s.readership.readers(id.Kind, id.Key, st)
	answer := readStatus{SendStatus: st.EffectiveSendStatus(), MessageReadInfoList: []readInfo{}}
	for _, receiver := range s.readership.receivers(id, readers) {
		info := readInfo{Name: "Name of " + receiver, UserID: receiver, ReadStatus: "UNREAD"}
		if slices.Contains(readers, receiver) {
			info.ReadStatus = "READ"
		}
		answer.MessageReadInfoList = append(answer.MessageReadInfoList, info)
	}
	return jsonReply(200, answer)
}
