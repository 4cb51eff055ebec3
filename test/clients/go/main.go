// Text Completions with the last version 1 of the Go client.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
)

// This client exports no markers: programs write them out.
const prompt = "\n\nHuman: Say something.\n\nAssistant:"

// What this program is given; see proof-server.ts.
var proof struct {
	Client, OpenURL, KeyedURL, EmbeddedURL, Key            string
	Model, ResolvedModel, OverloadedModel, RecoveringModel string
	Text, StopSequence, TextBeforeStop                     string
}

func newClient(baseURL, key string, maxRetries int) anthropic.Client {
	return anthropic.NewClient(
		option.WithBaseURL(baseURL), option.WithAPIKey(key), option.WithMaxRetries(maxRetries))
}

func ask() anthropic.CompletionNewParams {
	return anthropic.CompletionNewParams{
		Model: anthropic.Model(proof.Model), Prompt: prompt, MaxTokensToSample: 50}
}

// streamed is a stream's text, its number of events and its last one.
type streamed struct {
	text   string
	events int
	last   anthropic.Completion
}

func stream(client anthropic.Client, params anthropic.CompletionNewParams) (result streamed, err error) {
	events := client.Completions.NewStreaming(context.Background(), params)
	defer events.Close()
	for events.Next() {
		result.last = events.Current()
		result.text += result.last.Completion
		result.events++
	}
	return result, events.Err()
}

func checkCreate() error {
	client := newClient(proof.OpenURL, "any key", 0)
	var response *http.Response
	completion, err := client.Completions.New(context.Background(), ask(), option.WithResponseInto(&response))
	if err != nil {
		return err
	}
	return errors.Join(
		expect("completion", completion.Completion, proof.Text),
		expect("type", string(completion.Type), "completion"),
		expect("stop reason", completion.StopReason, "stop_sequence"),
		expect("model", string(completion.Model), proof.ResolvedModel),
		expectPrefix("id", completion.ID, "compl_"),
		expectPrefix("request id", response.Header.Get("request-id"), "req_"),
	)
}

func checkStream() error {
	result, err := stream(newClient(proof.OpenURL, "any key", 0), ask())
	if err == nil && result.events <= 2 {
		err = fmt.Errorf("only %d events", result.events)
	}
	return errors.Join(
		err,
		expect("text", result.text, proof.Text),
		expect("stop reason", result.last.StopReason, "stop_sequence"),
		expect("model", string(result.last.Model), proof.ResolvedModel),
	)
}

func checkStopSequence() error {
	client := newClient(proof.OpenURL, "any key", 0)
	params := ask()
	params.StopSequences = []string{"never", proof.StopSequence}
	completion, err := client.Completions.New(context.Background(), params)
	if err != nil {
		return err
	}
	result, err := stream(client, params)
	return errors.Join(
		err,
		expect("completion", completion.Completion, proof.TextBeforeStop),
		expect("stop reason", completion.StopReason, "stop_sequence"),
		expect("streamed text", result.text, proof.TextBeforeStop),
		expect("streamed stop reason", result.last.StopReason, "stop_sequence"),
	)
}

func checkBadRequest() error {
	client := newClient(proof.OpenURL, "any key", 0)
	params := ask()
	params.Prompt = "Hello"
	_, err := client.Completions.New(context.Background(), params)
	promptError := expectError(err, 400, anthropic.ErrorTypeInvalidRequestError, `must start with \"\n\nHuman:\"`)
	params = ask()
	params.MaxTokensToSample = 0
	_, err = stream(client, params)
	return errors.Join(
		promptError,
		expectError(err, 400, anthropic.ErrorTypeInvalidRequestError, "max_tokens_to_sample: "),
	)
}

func checkUnauthorized() error {
	wrong := newClient(proof.KeyedURL, "a wrong key", 0)
	_, err := wrong.Completions.New(context.Background(), ask())
	unauthorized := expectError(err, 401, anthropic.ErrorTypeAuthenticationError, "invalid x-api-key")
	right := newClient(proof.KeyedURL, proof.Key, 0)
	completion, err := right.Completions.New(context.Background(), ask())
	if err != nil {
		return errors.Join(unauthorized, err)
	}
	return errors.Join(unauthorized, expect("completion", completion.Completion, proof.Text))
}

func checkOverloaded() error {
	client := newClient(proof.OpenURL, "any key", 0)
	params := ask()
	params.Model = anthropic.Model(proof.OverloadedModel)
	_, err := client.Completions.New(context.Background(), params)
	_, streamErr := stream(client, params)
	return errors.Join(
		expectError(err, 529, anthropic.ErrorTypeOverloadedError, "Overloaded"),
		expectError(streamErr, 529, anthropic.ErrorTypeOverloadedError, "Overloaded"),
	)
}

func checkRetry() error {
	// The server refuses this prompt once: without a second request there is no completion.
	client := newClient(proof.OpenURL, "any key", 2)
	params := ask()
	params.Model = anthropic.Model(proof.RecoveringModel)
	params.Prompt = "\n\nHuman: Recover for " + proof.Client + ".\n\nAssistant:"
	completion, err := client.Completions.New(context.Background(), params)
	if err != nil {
		return err
	}
	return expect("completion", completion.Completion, proof.Text)
}

func checkEmbeddedModel() error {
	client := newClient(proof.EmbeddedURL, "any key", 2)
	completion, err := client.Completions.New(context.Background(), ask())
	if err != nil {
		return err
	}
	result, err := stream(client, ask())
	if err != nil {
		return err
	}
	for _, text := range []string{completion.Completion, result.text} {
		if strings.TrimSpace(text) == "" {
			return errors.New("a completion is empty")
		}
	}
	for _, reason := range []string{completion.StopReason, result.last.StopReason} {
		if reason != "stop_sequence" && reason != "max_tokens" {
			return fmt.Errorf("stop reason %q", reason)
		}
	}
	return nil
}

func expect(what, actual, expected string) error {
	if actual != expected {
		return fmt.Errorf("%s is %q instead of %q", what, actual, expected)
	}
	return nil
}

func expectPrefix(what, actual, prefix string) error {
	if !strings.HasPrefix(actual, prefix) {
		return fmt.Errorf("%s %q does not start with %q", what, actual, prefix)
	}
	return nil
}

func expectPart(what, actual, part string) error {
	if !strings.Contains(actual, part) {
		return fmt.Errorf("%s %q does not hold %q", what, actual, part)
	}
	return nil
}

// expectError looks at the client's own error; excerpt is a part of the body's message, as JSON writes it.
func expectError(err error, status int, errorType anthropic.ErrorType, excerpt string) error {
	var apiError *anthropic.Error
	if !errors.As(err, &apiError) {
		return fmt.Errorf("%v is not the client's error", err)
	}
	return errors.Join(
		expect("status", fmt.Sprint(apiError.StatusCode), fmt.Sprint(status)),
		expect("error type", string(apiError.Type()), string(errorType)),
		expectPrefix("request id", apiError.RequestID, "req_"),
		expectPart("body", apiError.RawJSON(), excerpt),
	)
}

func main() {
	if err := json.Unmarshal([]byte(os.Getenv("CONTINUO_PROOF")), &proof); err != nil {
		panic(err)
	}
	checks := []struct {
		name string
		run  func() error
	}{
		{"create", checkCreate},
		{"stream", checkStream},
		{"stop-sequence", checkStopSequence},
		{"bad-request", checkBadRequest},
		{"unauthorized", checkUnauthorized},
		{"overloaded", checkOverloaded},
		{"retry", checkRetry},
		{"embedded-model", checkEmbeddedModel},
	}
	exitCode := 0
	for _, check := range checks {
		if err := check.run(); err != nil {
			exitCode = 1
			fmt.Printf("not ok %s: %s\n", check.name, strings.Join(strings.Fields(err.Error()), " "))
		} else {
			fmt.Printf("ok %s\n", check.name)
		}
	}
	os.Exit(exitCode)
}
