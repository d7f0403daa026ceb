package main

import (
	"fmt"
	"strings"

	"github.com/longpole/longpole/budget"
)

// again returns what follows the name and the object of a command that is to see the files as
// this one does, quoted for a shell. Partials hold nothing that it could see.
func again(files []string, in *inputs, p *planFlags, plan *budget.Plan) string {
	if arePartials(files) {
		files = []string{"FILES"}
	}
	words := append(append([]string{}, files...), in.again()...)
	return shellWords(append(words, p.again(plan)...))
}

// shellWords quotes words for a command that can be pasted into a shell.
func shellWords(names []string) string {
	words := make([]string, len(names))
	for i, n := range names {
		words[i] = n
		if n == "" || strings.ContainsFunc(n, func(r rune) bool { return !strings.ContainsRune(plainInShell, r) }) {
			words[i] = fmt.Sprintf("'%s'", strings.ReplaceAll(n, "'", `'\''`))
		}
	}
	return strings.Join(words, " ")
}

const plainInShell = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=@%+"
