package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/urfave/cli/v2"

	"notifyaudit/job"
	"notifyaudit/report"
	reportjson "notifyaudit/report/json"
)

// showCommand shows the latest figures.
func (p *program) showCommand() *cli.Command {
	return &cli.Command{
		Name:   "show",
		Usage:  "show the latest figures; asks nothing of the API",
		Flags:  []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "as the JSON report"}},
		Action: p.show,
	}
}

func (p *program) show(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	s, err := p.load(c)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.openToRead(c.Context); err != nil {
		return err
	}
	in, err := s.input(c.Context)
	if err != nil {
		return interrupted(c.Context, err)
	}
	if c.Bool("json") {
		return interrupted(c.Context, reportjson.Write(p.env.Stdout, in))
	}
	figures, err := report.Measure(in)
	if err != nil {
		return interrupted(c.Context, err)
	}
	s.out.figures(in, figures)
	return nil
}

// figures shows the totals, the campaigns and where the messages stand.
func (s *screen) figures(in report.Input, f *report.Figures) {
	if in.Title != "" {
		s.println(s.paint(bold, in.Title))
	}
	s.println(wrap(asOf(in, f), "  ", s.width))
	s.println("")
	rate, known := f.Totals.Counts.ReadRate()
	if !known {
		s.println("There is no read rate yet: no message has both a reading and an audience.")
	} else {
		s.println(wrap(fmt.Sprintf("%s: %s of %s have read it%s", s.paint(bold, "Read rate "+percent(rate, true)),
			count(f.Totals.Counts.Read), count(f.Totals.Counts.Read+f.Totals.Counts.Unread), covered(f.Totals.Counts)), "  ", s.width))
	}
	s.println("")
	s.table(campaignTable(f))
	s.println("")
	s.println(wrap(standing(f), "  ", s.width))
}

// asOf says when the figures are from.
func asOf(in report.Input, f *report.Figures) string {
	if in.Run == nil {
		return "Nothing was asked yet: `notifyaudit apply` asks."
	}
	text := "No message has a reading yet."
	if !f.Newest.IsZero() {
		text = "Readings from " + clock(f.Oldest, in.Location) + " to " + clock(f.Newest, in.Location) + " (" + in.Location.String() + ")."
	}
	if !in.Run.Complete {
		text += " The latest run was interrupted."
	}
	return text
}

// covered is the coverage in words, where it isn't full.
func covered(c job.Counts) string {
	coverage, known := c.Coverage()
	if !known || c.Unknown == 0 {
		return "."
	}
	return fmt.Sprintf("; that is %s of the audience, of the rest nothing is known.", percent(coverage, true))
}

func campaignTable(f *report.Figures) [][]string {
	rows := [][]string{{"Campaign", "Messages", "Audience", "Read", "Unread", "Unknown", "Rate"}}
	for _, c := range f.Campaigns {
		counts := c.Totals.Counts
		row := []string{c.Name, strconv.Itoa(c.Totals.Messages), "–", "–", "–", "–", percent(counts.ReadRate())}
		if c.HasAudience {
			row[2], row[5] = count(counts.Audience()), count(counts.Unknown)
		}
		if c.HasReading {
			row[3], row[4] = count(counts.Read), count(counts.Unread)
		}
		rows = append(rows, row)
	}
	return rows
}

// standing counts the messages by status.
func standing(f *report.Figures) string {
	var parts []string
	for _, status := range job.Statuses() {
		if n := f.Statuses[status]; n > 0 {
			parts = append(parts, count(n)+" "+string(status))
		}
	}
	return "Messages: " + strings.Join(parts, ", ") + "."
}

// table writes rows of cells below a header, the first column to the left and
// the others to the right.
func (s *screen) table(rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], runewidth.StringWidth(cell))
		}
	}
	if s.width > 0 {
		others := 0
		for _, w := range widths[1:] {
			others += w + 2
		}
		widths[0] = min(widths[0], max(12, s.width-others))
	}
	for i, row := range rows {
		cells := []string{pad(clip(row[0], widths[0]), widths[0])}
		for j, cell := range row[1:] {
			cells = append(cells, padLeft(cell, widths[j+1]))
		}
		line := strings.Join(cells, "  ")
		if i == 0 {
			line = s.paint(dim, line)
		}
		s.println(line)
	}
}
