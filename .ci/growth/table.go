package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// writeTables writes one table a kind of workload.
func writeTables(w io.Writer, all []result) error {
	for _, kind := range distinct(all, func(r result) string { return r.kind }) {
		results := slices.DeleteFunc(slices.Clone(all), func(r result) bool { return r.kind != kind })
		if kind == "calls" {
			writeCalls(w, results)
			continue
		}
		writeGrowth(w, results)
	}
	_, err := fmt.Fprintln(w)
	return err
}

// distinct lists the different texts of results, in the order in which they come first.
func distinct(results []result, of func(result) string) []string {
	var texts []string
	for _, r := range results {
		if text := of(r); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}

func commandsOf(results []result) []string {
	return distinct(results, func(r result) string { return r.command })
}

// writeGrowth writes a row a command and a column a workload.
func writeGrowth(w io.Writer, results []result) {
	titles, commands := distinct(results, func(r result) string { return r.title }), commandsOf(results)
	of := make(map[[2]string]result)
	for _, r := range results {
		of[[2]string{r.title, r.command}] = r
	}
	fmt.Fprint(w, "\nµs CPU a message, or a reader, or a person and message; MiB at the peak:\n\n| command |")
	for _, title := range titles {
		fmt.Fprintf(w, " %s |", title)
	}
	fmt.Fprint(w, "\n| --- |")
	for range titles {
		fmt.Fprint(w, " ---: |")
	}
	for _, command := range commands {
		fmt.Fprintf(w, "\n| %s |", command)
		for _, title := range titles {
			r, measured := of[[2]string{title, command}]
			if !measured {
				fmt.Fprint(w, " |")
				continue
			}
			fmt.Fprintf(w, " %s µs, %s MiB |", short(r.perUnit()), grouped(int(r.peak>>20)))
		}
	}
	fmt.Fprintln(w)
}

// writeCalls writes a table a workload: how many times the bare loop each client costs.
func writeCalls(w io.Writer, results []result) {
	for len(results) > 0 {
		title := results[0].title
		end := slices.IndexFunc(results, func(r result) bool { return r.title != title })
		if end < 0 {
			end = len(results)
		}
		writeComparison(w, title, results[:end])
		results = results[end:]
	}
}

func writeComparison(w io.Writer, title string, results []result) {
	bare := results[slices.IndexFunc(results, func(r result) bool { return strings.HasPrefix(r.command, bareLoop) })]
	fmt.Fprintf(w, "\n%s:\n\n| client | µs CPU a question | times the bare loop | s | MiB at the peak |\n| --- | ---: | ---: | ---: | ---: |\n", title)
	for _, r := range results {
		fmt.Fprintf(w, "| %s | %s | %.1f | %.1f | %s |\n", r.command, short(r.perUnit()), float64(r.cpu)/float64(bare.cpu), r.elapsed.Seconds(), grouped(int(r.peak>>20)))
	}
}

// short is a number with two digits that mean something.
func short(n float64) string {
	if n < 10 {
		return fmt.Sprintf("%.1f", n)
	}
	return grouped(int(n + 0.5))
}
