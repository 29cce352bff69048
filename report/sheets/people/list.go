package people

import (
	"notifyaudit/report"
	"notifyaudit/report/chase"
	"notifyaudit/report/sheets/cells"
)

// personColumns returns the columns that describe a person.
func personColumns(w *cells.Printer) []report.Column {
	return []report.Column{
		w.Head("name", report.TypeText, 14), w.Head("department", report.TypeText, cells.WidthName),
		w.Head("manager", report.TypeText, 14), w.Head("email", report.TypeText, 28),
		w.Head("user_id", report.TypeID, 16), w.Head("location", report.TypeText, 12),
	}
}

// personCells appends the cells of personColumns.
func personCells(row []report.Cell, c *chase.Entry) []report.Cell {
	p := c.Person
	return append(row, cells.Text(p.Name), cells.Text(p.Department), cells.Text(p.Manager), cells.Text(p.Email), cells.Text(c.UserID), cells.Text(p.Location))
}
