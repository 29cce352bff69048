package plan

import "notifyaudit/job"

// Stops are the robots that are not asked any more, by message.
type Stops struct {
	byRobot map[robot]*job.RobotStop
}

type robot struct{ provider, code string }

// NewStops keeps those of the recorded stops that are in force: made with the
// credential that the provider has now. The zero Stops has none.
func NewStops(providers []job.Provider, recorded []job.RobotStop) Stops {
	s := Stops{byRobot: make(map[robot]*job.RobotStop, len(recorded))}
	if len(recorded) == 0 {
		return s
	}
	credentials := make(map[string]string, len(providers))
	for i := range providers {
		credentials[providers[i].Name] = providers[i].Credential()
	}
	for i := range recorded {
		stop := &recorded[i]
		if now, found := credentials[stop.Provider]; found && now == stop.Credential {
			s.byRobot[robot{stop.Provider, stop.RobotCode}] = stop
		}
	}
	return s
}

// Of returns the stop in force for the message's robot, or nil.
func (s Stops) Of(m *job.Message) *job.RobotStop {
	return s.byRobot[robot{m.ID.Provider, m.RobotCode}]
}
