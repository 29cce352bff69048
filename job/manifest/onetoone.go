package manifest

import (
	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
)

// oneToOne completes a message of that kind, or says what it lacks.
func oneToOne(m *job.Message) *diag.Problem {
	if m.RobotCode == "" {
		p := diag.Problemf("Robot code missing",
			`A message of kind "one_to_one" can't be asked about without the robot that sent it: set robot_code, of the message or for all messages of the provider %s.`, m.ID.Provider)
		p.Argument = "kind"
		return p
	}
	if m.Window == 0 {
		m.Window = job.OneToOneWindow
	}
	return nil
}
