// Text Completions with the last version 1 of the Go client.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"continuo/test/clients/go/checks"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
)

// This client exports no markers: programs write them out.
const prompt = "\n\nHuman: Say something.\n\nAssistant:"

func newClient(baseURL, key string, maxRetries int) anthropic.Client {
	return anthropic.NewClient(
		option.WithBaseURL(baseURL), option.WithAPIKey(key), option.WithMaxRetries(maxRetries))
}

func ask() anthropic.CompletionNewParams {
	return anthropic.CompletionNewParams{
		Model: anthropic.Model(checks.Proof.Model), Prompt: prompt, MaxTokensToSample: 50}
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
	client := newClient(checks.Proof.OpenURL, "any key", 0)
	var response *http.Response
	completion, err := client.Completions.New(context.Background(), ask(), option.WithResponseInto(&response))
	if err != nil {
		return err
	}
	return errors.Join(
		checks.Expect("completion", completion.Completion, checks.Proof.Text),
		checks.Expect("type", string(completion.Type), "completion"),
		checks.Expect("stop reason", completion.StopReason, "stop_sequence"),
		checks.Expect("model", string(completion.Model), checks.Proof.ResolvedModel),
		checks.ExpectPrefix("id", completion.ID, "compl_"),
		checks.ExpectPrefix("request id", response.Header.Get("request-id"), "req_"),
	)
}

func checkStream() error {
	result, err := stream(newClient(checks.Proof.OpenURL, "any key", 0), ask())
	if err == nil && result.events <= 2 {
		err = fmt.Errorf("only %d events", result.events)
	}
	return errors.Join(
		err,
		checks.Expect("text", result.text, checks.Proof.Text),
		checks.Expect("stop reason", result.last.StopReason, "stop_sequence"),
		checks.Expect("model", string(result.last.Model), checks.Proof.ResolvedModel),
	)
}

func checkStopSequence() error {
	client := newClient(checks.Proof.OpenURL, "any key", 0)
	params := ask()
	params.StopSequences = []string{"never", checks.Proof.StopSequence}
	completion, err := client.Completions.New(context.Background(), params)
	if err != nil {
		return err
	}
	result, err := stream(client, params)
	return errors.Join(
		err,
		checks.Expect("completion", completion.Completion, checks.Proof.TextBeforeStop),
		checks.Expect("stop reason", completion.StopReason, "stop_sequence"),
		checks.Expect("streamed text", result.text, checks.Proof.TextBeforeStop),
		checks.Expect("streamed stop reason", result.last.StopReason, "stop_sequence"),
	)
}

func checkBadRequest() error {
	client := newClient(checks.Proof.OpenURL, "any key", 0)
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
	wrong := newClient(checks.Proof.KeyedURL, "a wrong key", 0)
	_, err := wrong.Completions.New(context.Background(), ask())
	unauthorized := expectError(err, 401, anthropic.ErrorTypeAuthenticationError, "invalid x-api-key")
	right := newClient(checks.Proof.KeyedURL, checks.Proof.Key, 0)
	completion, err := right.Completions.New(context.Background(), ask())
	if err != nil {
		return errors.Join(unauthorized, err)
	}
	return errors.Join(unauthorized, checks.Expect("completion", completion.Completion, checks.Proof.Text))
}

func checkOverloaded() error {
	client := newClient(checks.Proof.OpenURL, "any key", 0)
	params := ask()
	params.Model = anthropic.Model(checks.Proof.OverloadedModel)
	_, err := client.Completions.New(context.Background(), params)
	_, streamErr := stream(client, params)
	return errors.Join(
		expectError(err, 529, anthropic.ErrorTypeOverloadedError, "Overloaded"),
		expectError(streamErr, 529, anthropic.ErrorTypeOverloadedError, "Overloaded"),
	)
}

func checkRetry() error {
	// The server refuses this prompt once: without a second request there is no completion.
	client := newClient(checks.Proof.OpenURL, "any key", 2)
	params := ask()
	params.Model = anthropic.Model(checks.Proof.RecoveringModel)
	params.Prompt = "\n\nHuman: Recover for " + checks.Proof.Client + ".\n\nAssistant:"
	completion, err := client.Completions.New(context.Background(), params)
	if err != nil {
		return err
	}
	return checks.Expect("completion", completion.Completion, checks.Proof.Text)
}

func checkEmbeddedModel() error {
	client := newClient(checks.Proof.EmbeddedURL, "any key", 2)
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

// expectError looks at the client's own error; excerpt is a part of the body's message, as JSON writes it.
func expectError(err error, status int, errorType anthropic.ErrorType, excerpt string) error {
	var apiError *anthropic.Error
	if !errors.As(err, &apiError) {
		return fmt.Errorf("%v is not the client's error", err)
	}
	return errors.Join(
		checks.Expect("status", fmt.Sprint(apiError.StatusCode), fmt.Sprint(status)),
		checks.Expect("error type", string(apiError.Type()), string(errorType)),
		checks.ExpectPrefix("request id", apiError.RequestID, "req_"),
		checks.ExpectPart("body", apiError.RawJSON(), excerpt),
	)
}

func main() {
	checks.RunAll([]checks.Check{
		{Name: "create", Run: checkCreate},
		{Name: "stream", Run: checkStream},
		{Name: "stop-sequence", Run: checkStopSequence},
		{Name: "bad-request", Run: checkBadRequest},
		{Name: "unauthorized", Run: checkUnauthorized},
		{Name: "overloaded", Run: checkOverloaded},
		{Name: "retry", Run: checkRetry},
		{Name: "embedded-model", Run: checkEmbeddedModel},
	})
}
