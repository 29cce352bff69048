package postgres

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// spoken are the words of statements that PostgreSQL says differently. The name
// of a table is in lower case, what follows a table without one isn't.
//
//nolint:gochecknoglobals // it is compiled at its first use
var spoken = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(texts|numbers)\(\?\)(?: ([a-z]+))?|\binstr\(|\bjson_group_array\(|\?`)
})

// translate makes of a statement what PostgreSQL is told.
func (d *database) translate(text string) string {
	if known, ok := d.translated.Load(text); ok {
		said, _ := known.(string) // nothing else is stored
		return said
	}
	said := translated(text)
	d.translated.Store(text, said)
	return said
}

func translated(text string) string {
	var said strings.Builder
	parameters, rest := 0, 0
	parameter := func() string {
		parameters++
		return "$" + strconv.Itoa(parameters)
	}
	for _, at := range spoken().FindAllStringSubmatchIndex(text, -1) {
		said.WriteString(text[rest:at[0]])
		rest = at[1]
		switch text[at[0]:at[1]] {
		case "?":
			said.WriteString(parameter())
		case "instr(":
			said.WriteString("strpos(")
		case "json_group_array(":
			said.WriteString("json_agg(")
		default:
			kind, name := "text", "list"
			if text[at[2]:at[3]] == "numbers" {
				kind = "int8"
			}
			if at[4] >= 0 {
				name = text[at[4]:at[5]]
			}
			said.WriteString("unnest(" + parameter() + "::" + kind + "[]) AS " + name + "(value)")
		}
	}
	said.WriteString(text[rest:])
	return said.String()
}
