package csv

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/chase"
	"notifyaudit/report/notices"
	"notifyaudit/report/words"
)

// reminders collects the people to remind.
type reminders struct {
	list    *chase.List
	notices *notices.Set
	words   *words.Printer
	now     time.Time
	// titles are those that the manifest gives campaigns.
	titles    map[string]string
	simulated bool
}

func newReminders(in *report.Input, w *words.Printer) *reminders {
	return &reminders{
		list: chase.NewList(in, chase.NewRoll(in)), notices: notices.New(), words: w,
		now: in.Run.LastSeen(), titles: in.CampaignTitles, simulated: in.Simulated,
	}
}

func (c *reminders) add(r *job.Result) { c.list.Add(r, c.notices.Add(r)) }

// A sending is a line of the file: the body of a call. Of a simulated audit it says so, and
// is not to be sent.
type sending struct {
	chase.Send

	Simulated bool `json:"simulated,omitempty"`
}

// write writes the file.
func (c *reminders) write(files Files) error {
	file, err := files.Create(remindersFile)
	if err != nil {
		return fmt.Errorf("create %s: %w", remindersFile, err)
	}
	c.notices.Name(c.titles, c.words)
	out := bufio.NewWriterSize(file, bufferSize)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for send := range c.list.Sends(c.text) {
		if err = lines.Encode(sending{send, c.simulated}); err != nil {
			break
		}
	}
	if err == nil {
		err = out.Flush()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", remindersFile, err)
	}
	return nil
}

func (c *reminders) text(place int) string {
	return chase.Text(c.notices, place, c.now, c.words)
}
