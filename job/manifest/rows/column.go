package rows

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
)

// Header is the names of the columns; a column without a name has an empty one.
func (t *Table) Header() []string { return t.reader.Header() }

// A columnFinder finds the columns of a table.
type columnFinder struct {
	args   *lang.Args
	header []string
	found  map[string]int
}

// Columns says in which column each known argument is: the one that the
// argument `columns` maps it to, or the one of its own name. Names may differ in
// case and separators. Arguments without a column are left out; that a column is
// probably one of them is a warning.
func (t *Table) Columns(a *lang.Args, known []string) map[string]int {
	f := columnFinder{args: a, header: t.Header(), found: make(map[string]int)}
	mapping := a.TextMap("columns")
	for _, argument := range known {
		name, mapped := mapping[argument]
		if !mapped {
			name = argument
		}
		switch i := f.column(argument, name); {
		case i >= 0:
			f.found[argument] = i
		case mapped:
			advice := diag.DidYouMeanOr(name, named(f.header), "Its columns are")
			if where := t.reader.Whereabouts(name); where != "" {
				advice = " " + where
			}
			a.FailAt("columns", diag.Problemf("Column not found", "columns maps %s to the column %s, which the table doesn't have.%s", argument, diag.Quote(name), advice))
		}
	}
	for _, argument := range slices.Sorted(maps.Keys(mapping)) {
		if !slices.Contains(known, argument) {
			a.FailAt("columns", diag.Problemf("Unknown column", "columns maps %s, which a row doesn't have.%s",
				diag.Quote(argument), diag.DidYouMeanOr(argument, known, "A row has")))
		}
	}
	f.warnOfSimilar(known)
	return f.found
}

// column is the place of the column with this name, or with one that differs only
// in case and separators; -1 without one.
func (f *columnFinder) column(argument, name string) int {
	if i := slices.Index(f.header, name); i >= 0 || name == "" {
		return i
	}
	var places []int
	for i, column := range f.header {
		if column != "" && diag.SameName(column, name) {
			places = append(places, i)
		}
	}
	if len(places) == 0 {
		return -1
	}
	if len(places) > 1 {
		first, second := f.header[places[0]], f.header[places[1]]
		f.args.FailAt("source", diag.Problemf("Column not clear", "%s can be the column %s or %s. Choose with columns = { %s = %q }, or rename one of them.",
			argument, diag.Quote(first), diag.Quote(second), argument, first))
	}
	return places[0]
}

// warnOfSimilar warns of columns without a meaning whose names are nearly those of
// arguments that have no column.
func (f *columnFinder) warnOfSimilar(known []string) {
	used := make(map[int]bool)
	for _, i := range f.found {
		used[i] = true
	}
	for i, column := range f.header {
		if column == "" || used[i] {
			continue
		}
		for _, argument := range known {
			if _, found := f.found[argument]; found || f.args.Has(argument) || !diag.Similar(argument, column) && (needed(argument) || !isOtherName(argument, column)) {
				continue
			}
			f.args.WarnAt("source", diag.Problemf("Column with a similar name", "The column %s is not %s. If that is what it holds, rename it or write columns = { %s = %q }.",
				diag.Quote(column), argument, argument, column))
		}
	}
}

// otherNames are what tables of other programs, and our own reports in Chinese, call
// the columns. They are suggested and not taken: a number of an employee, say, may be
// the user id or not.
func otherNames() map[string][]string {
	return map[string][]string{
		"user_id":           {"工号", "员工工号", "员工号", "用户 ID", "员工 ID", "人员 ID", "employee id", "staff id", "employee number", "job number", "id", "uid"},
		"name":              {"姓名", "员工姓名", "名字", "full name", "employee name", "display name"},
		"department":        {"部门", "所属部门", "部门名称", "所在部门", "dept", "department name"},
		"manager":           {"直属主管", "主管", "直接上级", "上级", "经理", "负责人", "supervisor", "line manager", "manager id"},
		"email":             {"邮箱", "电子邮箱", "企业邮箱", "邮件", "邮箱地址", "mail", "email address"},
		"location":          {"工作地点", "办公地点", "地点"},
		"joined":            {"入职日期", "入职时间", "hire date", "start date", "joined at", "join date"},
		"left":              {"离职日期", "离职时间", "最后工作日", "leave date", "end date", "left at", "termination date"},
		"process_query_key": {"消息 ID", "消息 key", "查询 key", "query key", "message key", "key"},
		"title":             {"标题", "主题", "消息标题", "subject"},
		"sent_at":           {"发送时间", "发送日期", "sent", "sent time", "send time", "date sent"},
		"audience":          {"接收人", "收件人", "发送对象", "受众", "recipient", "recipients"},
		"campaign":          {"活动", "campaign name"},
	}
}

// needed reports whether a table can't do without the argument: that it has no such
// column is an error, which names the one that probably is it.
func needed(argument string) bool { return argument == "user_id" || argument == "process_query_key" }

func isOtherName(argument, column string) bool {
	return slices.ContainsFunc(otherNames()[argument], func(other string) bool { return diag.SameName(other, column) })
}

// otherName is the column of a table that probably is an argument's; empty without one.
func otherName(argument string, columns []string) string {
	for _, column := range columns {
		if isOtherName(argument, column) {
			return column
		}
	}
	return ""
}

// named are the columns of a header that have a name.
func named(header []string) []string {
	return slices.DeleteFunc(slices.Clone(header), func(name string) bool { return name == "" })
}

// KeyColumn is the place of the column that names the rows; -1 when there is none,
// which is reported.
func (t *Table) KeyColumn(a *lang.Args, name string) int {
	f := columnFinder{args: a, header: t.Header()}
	i := f.column("key", name)
	if i < 0 {
		a.FailAt("key", diag.Problemf("Column not found", "The table has no column %s.%s", diag.Quote(name), diag.DidYouMeanOr(name, named(f.header), "Its columns are")))
	}
	return i
}

// ColumnMissing reports a column that every table of the kind has. The example is
// what such a column may be called.
func (t *Table) ColumnMissing(a *lang.Args, column, example string) {
	if mapping := a.TextMap("columns"); mapping[column] != "" {
		return // reported as not found
	}
	columns := named(t.Header())
	missing := fmt.Sprintf("The table has no column %s.%s Its columns are %s.", column, diag.DidYouMean(column, columns), diag.Listed(columns))
	if where := t.reader.Whereabouts(column); where != "" {
		a.FailAt("source", diag.Problemf("Column missing", "%s %s", missing, where))
		return
	}
	if a.Block.At.Filename == "" { // the table was named on the command line
		a.FailAt("source", diag.Problemf("Column missing", "%s Rename the column in the first line of the table: %s.", missing, column))
		return
	}
	if near := cmp.Or(otherName(column, columns), diag.Nearest(column, columns)); near != "" {
		example = near
	}
	a.FailAt("source", diag.Problemf("Column missing", "%s To use one of them write columns = { %s = %q }.", missing, column, example))
}
