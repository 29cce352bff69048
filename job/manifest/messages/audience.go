package messages

import (
	"math"
	"strconv"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/ident"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/rows"
	"notifyaudit/job/table"
)

// audience reads a cell: the name of an audience block, user ids, or a size. A
// number is a user id when the roster has it, or when other cells of the column are
// user ids: ids of digits are common, and so are tables with one recipient a row.
func (s *Symbols) audience(d *draft, c table.Cell) *diag.Problem {
	if rows.HasLostDigits(c) {
		_, p := rows.ParseID(c, ident.UserID)
		return p
	}
	if s.Broken[d.roster] {
		return nil
	}
	isID := d.numbersAreIDs || s.member(d.roster, c.Text)
	if n, is := parseSize(c.Text); is && !isID {
		return sized(d, n, c.Text)
	}
	if roster, found := s.Rosters[c.Text]; found && !c.List {
		d.audience, d.message.Audience, d.sizeInCell = roster, job.Audience{}, false
		return nil
	}
	if !isID && (c.Numeric || isNegative(c.Text)) {
		return diag.Problemf("Unsuitable audience", "%s is no number of people.", diag.Quote(c.Text))
	}
	if name := s.nearAudience(d, c); name != "" {
		return diag.Problemf("Unknown audience", `There is no block audience %s. Did you mean %s? If it is a user id, write %s with a semicolon.`,
			diag.Quote(c.Text), diag.Quote(name), diag.Quote(c.Text+";"))
	}
	ids, p := rows.ParseUserIDs(c)
	if p == nil && len(ids) == 0 {
		p = nobody()
	}
	if p != nil {
		return p
	}
	d.audience, d.message.Audience, d.sizeInCell = nil, job.Listed("", ids), false
	return nil
}

func isNegative(text string) bool {
	digits, found := strings.CutPrefix(text, "-")
	return found && strings.Trim(digits, "0123456789") == ""
}

// member reports whether the roster has a person with the id.
func (s *Symbols) member(roster, id string) bool {
	r, found := s.Rosters[roster]
	if !found {
		return false
	}
	_, found = r.Person(id)
	return found
}

// nearAudience is the name of the audience block that a cell was probably to name;
// empty when it may be a user id.
func (s *Symbols) nearAudience(d *draft, c table.Cell) string {
	const shortest = 3
	if c.List || c.Text == "" || strings.ContainsAny(c.Text, ";；,，、|｜[") || s.member(d.roster, c.Text) {
		return ""
	}
	text := strings.TrimPrefix(c.Text, "audience.")
	for name := range s.Rosters {
		similar := len(name) >= shortest && !strings.ContainsAny(text, "0123456789") && diag.Similar(name, text)
		if similar || diag.SameName(name, text) {
			return name
		}
	}
	return ""
}

// hasUserIDs reports whether a cell of the audience column can only be user ids. A
// list in a jsonl says nothing about numbers in other rows.
func (s *Symbols) hasUserIDs(t *rows.Table, index int, d *draft) bool {
	for row, err := range t.Rows(nil) {
		if err != nil {
			continue // reported when the rows are read
		}
		c := row.Cells[index]
		if _, isSize := parseSize(c.Text); isSize && !s.member(d.roster, c.Text) || c.Text == "" || c.List {
			continue
		}
		if _, isName := s.Rosters[c.Text]; isName || s.nearAudience(d, c) != "" {
			continue
		}
		if ids, p := rows.ParseUserIDs(c); p == nil && len(ids) > 0 {
			return true
		}
	}
	return false
}

// maxAudience is the most people a message can be sent to: more is a user id
// that was taken for a number.
const maxAudience = 10_000_000

// parseSize reads a whole number; false when the text is something else. A
// leading zero makes it an id.
func parseSize(text string) (n int, is bool) {
	if text == "" || strings.Trim(text, "0123456789") != "" || text[0] == '0' && text != "0" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		n = math.MaxInt
	}
	return n, true
}

func sized(d *draft, n int, text string) *diag.Problem {
	switch {
	case n == 0:
		return nobody()
	case n > maxAudience:
		return diag.Problemf("Unsuitable audience", `%s is too many people. A number is the size of the audience; if it is a user id, write %s with a semicolon.`, diag.Quote(text), diag.Quote(text+";"))
	}
	d.audience, d.message.Audience, d.sizeInCell = nil, job.Sized(n), true
	return nil
}

func nobody() *diag.Problem {
	return diag.Problemf("Unsuitable audience", "The audience is of nobody: it has 1 person or more. Leave it out when it isn't known.")
}
