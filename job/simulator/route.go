package simulator

import (
	"time"

	"notifyaudit/job/simulator/scenario"
)

// A route is the way to the server and back.
type route struct {
	draws           draws
	clock           clock
	latency, jitter scenario.Duration
	shifts          []scenario.Shift
}

// oneWay is how long a request, or its answer, takes in one direction.
func (r route) oneWay(direction string, c *call) time.Duration {
	way := time.Duration(r.latency) / 2
	if len(r.shifts) > 0 {
		way = r.shifted(direction)
	}
	if r.jitter > 0 {
		way += time.Duration(r.draws.chance("jitter "+direction, c.attemptID) * float64(r.jitter) / 2)
	}
	return way
}

// shifted is the one way of a latency that isn't the same in both directions.
func (r route) shifted(direction string) time.Duration {
	share, elapsed := 0.5, r.clock.elapsed(r.clock.now())
	for _, shift := range r.shifts {
		if shift.After <= elapsed {
			share = shift.There
		}
	}
	there := time.Duration(share * float64(r.latency))
	if direction == "there" {
		return there
	}
	return time.Duration(r.latency) - there
}
