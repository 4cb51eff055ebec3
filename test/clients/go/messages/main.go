// Messages with the newest Go client.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"strings"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/anthropics/anthropic-sdk-go/v2/toolrunner"
)

// What this program is given; see proof-server.ts.
var proof struct {
	Client, OpenURL, EmbeddedURL                           string
	Model, ResolvedModel, OverloadedModel, RecoveringModel string
	Text, StopSequence, TextBeforeStop, Tool               string
	ToolInput                                              struct{ City string }
}

var ctx = context.Background()

func newClient(baseURL string, maxRetries int) anthropic.Client {
	return anthropic.NewClient(
		option.WithBaseURL(baseURL), option.WithAPIKey("any key"), option.WithMaxRetries(maxRetries))
}

func ask() anthropic.MessageNewParams {
	return anthropic.MessageNewParams{
		Model:     anthropic.Model(proof.Model),
		MaxTokens: 50,
		Messages:  []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock("Say something."))},
	}
}

func withTool() anthropic.MessageNewParams {
	params := ask()
	params.Tools = []anthropic.ToolUnionParam{{OfTool: &anthropic.ToolParam{
		Name:        proof.Tool,
		InputSchema: anthropic.ToolInputSchemaParam{Properties: map[string]any{"city": map[string]any{"type": "string"}}},
	}}}
	return params
}

func stream(client anthropic.Client, params anthropic.MessageNewParams) (message anthropic.Message, events int, err error) {
	stream := client.Messages.NewStreaming(ctx, params)
	defer stream.Close()
	for stream.Next() {
		events++
		if err := message.Accumulate(stream.Current()); err != nil {
			return message, events, err
		}
	}
	return message, events, stream.Err()
}

func expectSpoken(message *anthropic.Message) error {
	if len(message.Content) != 1 {
		return fmt.Errorf("%d blocks", len(message.Content))
	}
	return errors.Join(
		expect("text", message.Content[0].Text, proof.Text),
		expect("stop reason", string(message.StopReason), "end_turn"),
		expect("model", string(message.Model), proof.ResolvedModel),
		expect("id", message.ID[:4], "msg_"),
		expect("output tokens", fmt.Sprint(message.Usage.OutputTokens), "5"),
	)
}

func expectCalled(message *anthropic.Message) error {
	if len(message.Content) != 1 {
		return fmt.Errorf("%d blocks", len(message.Content))
	}
	var input struct{ City string }
	err := json.Unmarshal(message.Content[0].Input, &input)
	return errors.Join(
		err,
		expect("tool", message.Content[0].Name, proof.Tool),
		expect("input", input.City, proof.ToolInput.City),
		expect("stop reason", string(message.StopReason), "tool_use"),
	)
}

func checkMessage() error {
	client := newClient(proof.OpenURL, 0)
	var response *http.Response
	message, err := client.Messages.New(ctx, ask(), option.WithResponseInto(&response))
	if err != nil {
		return err
	}
	params := ask()
	params.StopSequences = []string{"never", proof.StopSequence}
	stopped, err := client.Messages.New(ctx, params)
	if err != nil {
		return err
	}
	return errors.Join(
		expectSpoken(message),
		expect("request id", response.Header.Get("request-id")[:4], "req_"),
		expect("text before stop", stopped.Content[0].Text, proof.TextBeforeStop),
		expect("stop sequence", stopped.StopSequence, proof.StopSequence),
	)
}

func checkMessageStream() error {
	message, events, err := stream(newClient(proof.OpenURL, 0), ask())
	if err == nil && events < 8 {
		err = fmt.Errorf("only %d events", events)
	}
	return errors.Join(err, expectSpoken(&message))
}

func checkMessageTools() error {
	client := newClient(proof.OpenURL, 0)
	message, err := client.Messages.New(ctx, withTool())
	if err != nil {
		return err
	}
	streamed, _, err := stream(client, withTool())
	if err != nil {
		return err
	}
	var cities []string
	type place struct {
		City string `json:"city" jsonschema:"required"`
	}
	weather, err := toolrunner.NewBetaToolFromJSONSchema(proof.Tool, "The weather in a city.",
		func(_ context.Context, input place) (anthropic.BetaToolResultBlockParamContentUnion, error) {
			cities = append(cities, input.City)
			return anthropic.BetaToolResultBlockParamContentUnion{OfText: &anthropic.BetaTextBlockParam{Text: "rain"}}, nil
		})
	if err != nil {
		return err
	}
	runner := client.Beta.Messages.NewToolRunner([]anthropic.BetaTool{weather}, anthropic.BetaToolRunnerParams{
		BetaMessageNewParams: anthropic.BetaMessageNewParams{
			Model:     anthropic.Model(proof.Model),
			MaxTokens: 50,
			Messages: []anthropic.BetaMessageParam{
				anthropic.NewBetaUserMessage(anthropic.NewBetaTextBlock("Say something.")),
			},
		},
	})
	last, err := runner.RunToCompletion(ctx)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(cities, []string{proof.ToolInput.City}) {
		err = fmt.Errorf("the tool ran for %q", cities)
	}
	return errors.Join(
		expectCalled(message), expectCalled(&streamed), err, expect("last text", last.Content[0].Text, proof.Text))
}

func checkCountTokens() error {
	client := newClient(proof.OpenURL, 0)
	counted, err := client.Messages.CountTokens(ctx, anthropic.MessageCountTokensParams{
		Model: anthropic.Model(proof.Model), Messages: ask().Messages})
	if err != nil {
		return err
	}
	message, err := client.Messages.New(ctx, ask())
	if err != nil {
		return err
	}
	return expect("count", fmt.Sprint(counted.InputTokens), fmt.Sprint(message.Usage.InputTokens))
}

func checkCachedPrompt() error {
	client := newClient(proof.OpenURL, 0)
	params := ask()
	params.System = []anthropic.TextBlockParam{{
		Text: strings.Repeat("For "+proof.Client+". ", 8), CacheControl: anthropic.NewCacheControlEphemeralParam()}}
	written, err := client.Messages.New(ctx, params)
	if err != nil {
		return err
	}
	read, err := client.Messages.New(ctx, params)
	if err != nil {
		return err
	}
	if written.Usage.CacheCreationInputTokens == 0 {
		err = errors.New("nothing was written")
	}
	return errors.Join(err, expect("read tokens",
		fmt.Sprint(read.Usage.CacheReadInputTokens), fmt.Sprint(written.Usage.CacheCreationInputTokens)))
}

func checkModels() error {
	client := newClient(proof.OpenURL, 0)
	pager := client.Models.ListAutoPaging(ctx, anthropic.ModelListParams{Limit: anthropic.Int(7)})
	seen := map[string]int{}
	for pager.Next() {
		seen[pager.Current().ID]++
	}
	if pager.Err() != nil {
		return pager.Err()
	}
	model, err := client.Models.Get(ctx, proof.Model, anthropic.ModelGetParams{})
	if err != nil {
		return err
	}
	return errors.Join(
		expect("times in the list", fmt.Sprint(seen[proof.ResolvedModel]), "1"),
		expect("model", model.ID, proof.ResolvedModel))
}

func checkMessageErrors() error {
	client := newClient(proof.OpenURL, 0)
	bad := ask()
	bad.MaxTokens = 0
	_, badErr := client.Messages.New(ctx, bad)
	overloaded := ask()
	overloaded.Model = anthropic.Model(proof.OverloadedModel)
	_, _, overloadedErr := stream(client, overloaded)
	recovering := ask()
	recovering.Model = anthropic.Model(proof.RecoveringModel)
	recovering.Messages = []anthropic.MessageParam{
		anthropic.NewUserMessage(anthropic.NewTextBlock("Recover for " + proof.Client + "."))}
	retrying := newClient(proof.OpenURL, 2)
	message, err := retrying.Messages.New(ctx, recovering)
	if err != nil {
		return err
	}
	return errors.Join(
		expectError(badErr, 400, anthropic.ErrorTypeInvalidRequestError),
		expectError(overloadedErr, 529, anthropic.ErrorTypeOverloadedError),
		expect("text", message.Content[0].Text, proof.Text),
	)
}

func checkEmbeddedMessage() error {
	client := newClient(proof.EmbeddedURL, 2)
	message, err := client.Messages.New(ctx, ask())
	if err != nil {
		return err
	}
	streamed, _, err := stream(client, ask())
	if err != nil {
		return err
	}
	for _, each := range []anthropic.Message{*message, streamed} {
		if len(each.Content) != 1 || strings.TrimSpace(each.Content[0].Text) == "" {
			return errors.New("a message is empty")
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

// expectError looks at the client's own error.
func expectError(err error, status int, errorType anthropic.ErrorType) error {
	var apiError *anthropic.Error
	if !errors.As(err, &apiError) {
		return fmt.Errorf("%v is not the client's error", err)
	}
	return errors.Join(
		expect("status", fmt.Sprint(apiError.StatusCode), fmt.Sprint(status)),
		expect("error type", string(apiError.Type()), string(errorType)),
		expect("request id", apiError.RequestID[:4], "req_"),
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
		{"message", checkMessage},
		{"message-stream", checkMessageStream},
		{"message-tools", checkMessageTools},
		{"count-tokens", checkCountTokens},
		{"cached-prompt", checkCachedPrompt},
		{"models", checkModels},
		{"message-errors", checkMessageErrors},
		{"embedded-message", checkEmbeddedMessage},
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
