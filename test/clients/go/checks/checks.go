// Package checks contains the settings of the Go programs, and prints a line for each check.
package checks

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// Proof is what a program is given; see proof-server.ts.
var Proof = readProof()

// Settings are the fields of CONTINUO_PROOF that programs use.
type Settings struct {
	Client, OpenURL, KeyedURL, EmbeddedURL, Key            string
	Model, ResolvedModel, OverloadedModel, RecoveringModel string
	Text, StopSequence, TextBeforeStop, Tool               string
	ToolInput                                              struct{ City string }
}

// A Check has the name that proof-report.ts expects.
type Check struct {
	Name string
	Run  func() error
}

func readProof() (settings Settings) {
	if err := json.Unmarshal([]byte(os.Getenv("CONTINUO_PROOF")), &settings); err != nil {
		panic(err)
	}
	return settings
}

// RunAll runs every check, prints the result of each, and ends the process.
func RunAll(all []Check) {
	exitCode := 0
	for _, check := range all {
		if err := check.Run(); err != nil {
			exitCode = 1
			fmt.Printf("not ok %s: %s\n", check.Name, strings.Join(strings.Fields(err.Error()), " "))
		} else {
			fmt.Printf("ok %s\n", check.Name)
		}
	}
	os.Exit(exitCode)
}

// Expect compares a text with the expected one.
func Expect(what, actual, expected string) error {
	if actual != expected {
		return fmt.Errorf("%s is %q instead of %q", what, actual, expected)
	}
	return nil
}

// ExpectPrefix looks at the start of a text.
func ExpectPrefix(what, actual, prefix string) error {
	if !strings.HasPrefix(actual, prefix) {
		return fmt.Errorf("%s %q does not start with %q", what, actual, prefix)
	}
	return nil
}

// ExpectPart looks for a text in a longer one.
func ExpectPart(what, actual, part string) error {
	if !strings.Contains(actual, part) {
		return fmt.Errorf("%s %q does not contain %q", what, actual, part)
	}
	return nil
}
