// Messages with the newest Go client.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"continuo/test/clients/go/checks"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/anthropics/anthropic-sdk-go/v2/toolrunner"
)

var ctx = context.Background()

func newClient(baseURL string, maxRetries int) anthropic.Client {
	return anthropic.NewClient(
		option.WithBaseURL(baseURL), option.WithAPIKey("any key"), option.WithMaxRetries(maxRetries))
}

func ask() anthropic.MessageNewParams {
	return anthropic.MessageNewParams{
		Model:     anthropic.Model(checks.Proof.Model),
		MaxTokens: 50,
		Messages:  []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock("Say something."))},
	}
}

func withTool() anthropic.MessageNewParams {
	params := ask()
	params.Tools = []anthropic.ToolUnionParam{{OfTool: &anthropic.ToolParam{
		Name:        checks.Proof.Tool,
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
		checks.Expect("text", message.Content[0].Text, checks.Proof.Text),
		checks.Expect("stop reason", string(message.StopReason), "end_turn"),
		checks.Expect("model", string(message.Model), checks.Proof.ResolvedModel),
		checks.ExpectPrefix("id", message.ID, "msg_"),
		checks.Expect("output tokens", fmt.Sprint(message.Usage.OutputTokens), "5"),
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
		checks.Expect("tool", message.Content[0].Name, checks.Proof.Tool),
		checks.Expect("input", input.City, checks.Proof.ToolInput.City),
		checks.Expect("stop reason", string(message.StopReason), "tool_use"),
	)
}

func checkMessage() error {
	client := newClient(checks.Proof.OpenURL, 0)
	var response *http.Response
	message, err := client.Messages.New(ctx, ask(), option.WithResponseInto(&response))
	if err != nil {
		return err
	}
	params := ask()
	params.StopSequences = []string{"never", checks.Proof.StopSequence}
	stopped, err := client.Messages.New(ctx, params)
	if err != nil {
		return err
	}
	return errors.Join(
		expectSpoken(message),
		checks.ExpectPrefix("request id", response.Header.Get("request-id"), "req_"),
		checks.Expect("text before stop", stopped.Content[0].Text, checks.Proof.TextBeforeStop),
		checks.Expect("stop sequence", stopped.StopSequence, checks.Proof.StopSequence),
	)
}

func checkMessageStream() error {
	message, events, err := stream(newClient(checks.Proof.OpenURL, 0), ask())
	if err == nil && events < 8 {
		err = fmt.Errorf("only %d events", events)
	}
	return errors.Join(err, expectSpoken(&message))
}

func checkMessageTools() error {
	client := newClient(checks.Proof.OpenURL, 0)
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
	weather, err := toolrunner.NewBetaToolFromJSONSchema(checks.Proof.Tool, "The weather in a city.",
		func(_ context.Context, input place) (anthropic.BetaToolResultBlockParamContentUnion, error) {
			cities = append(cities, input.City)
			return anthropic.BetaToolResultBlockParamContentUnion{OfText: &anthropic.BetaTextBlockParam{Text: "rain"}}, nil
		})
	if err != nil {
		return err
	}
	runner := client.Beta.Messages.NewToolRunner([]anthropic.BetaTool{weather}, anthropic.BetaToolRunnerParams{
		BetaMessageNewParams: anthropic.BetaMessageNewParams{
			Model:     anthropic.Model(checks.Proof.Model),
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
	if !reflect.DeepEqual(cities, []string{checks.Proof.ToolInput.City}) {
		err = fmt.Errorf("the tool ran for %q", cities)
	}
	return errors.Join(
		expectCalled(message), expectCalled(&streamed), err, checks.Expect("last text", last.Content[0].Text, checks.Proof.Text))
}

func checkCountTokens() error {
	client := newClient(checks.Proof.OpenURL, 0)
	counted, err := client.Messages.CountTokens(ctx, anthropic.MessageCountTokensParams{
		Model: anthropic.Model(checks.Proof.Model), Messages: ask().Messages})
	if err != nil {
		return err
	}
	message, err := client.Messages.New(ctx, ask())
	if err != nil {
		return err
	}
	return checks.Expect("count", fmt.Sprint(counted.InputTokens), fmt.Sprint(message.Usage.InputTokens))
}

func checkCachedPrompt() error {
	client := newClient(checks.Proof.OpenURL, 0)
	params := ask()
	params.System = []anthropic.TextBlockParam{{
		Text: strings.Repeat("For "+checks.Proof.Client+". ", 8), CacheControl: anthropic.NewCacheControlEphemeralParam()}}
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
	return errors.Join(err, checks.Expect("read tokens",
		fmt.Sprint(read.Usage.CacheReadInputTokens), fmt.Sprint(written.Usage.CacheCreationInputTokens)))
}

func checkModels() error {
	client := newClient(checks.Proof.OpenURL, 0)
	pager := client.Models.ListAutoPaging(ctx, anthropic.ModelListParams{Limit: anthropic.Int(7)})
	seen := map[string]int{}
	for pager.Next() {
		seen[pager.Current().ID]++
	}
	if pager.Err() != nil {
		return pager.Err()
	}
	model, err := client.Models.Get(ctx, checks.Proof.Model, anthropic.ModelGetParams{})
	if err != nil {
		return err
	}
	return errors.Join(
		checks.Expect("times in the list", fmt.Sprint(seen[checks.Proof.ResolvedModel]), "1"),
		checks.Expect("model", model.ID, checks.Proof.ResolvedModel))
}

func checkMessageErrors() error {
	client := newClient(checks.Proof.OpenURL, 0)
	bad := ask()
	bad.MaxTokens = -1
	_, badErr := client.Messages.New(ctx, bad)
	overloaded := ask()
	overloaded.Model = anthropic.Model(checks.Proof.OverloadedModel)
	_, _, overloadedErr := stream(client, overloaded)
	recovering := ask()
	recovering.Model = anthropic.Model(checks.Proof.RecoveringModel)
	recovering.Messages = []anthropic.MessageParam{
		anthropic.NewUserMessage(anthropic.NewTextBlock("Recover for " + checks.Proof.Client + "."))}
	retrying := newClient(checks.Proof.OpenURL, 2)
	message, err := retrying.Messages.New(ctx, recovering)
	if err != nil {
		return err
	}
	return errors.Join(
		expectError(badErr, 400, anthropic.ErrorTypeInvalidRequestError),
		expectError(overloadedErr, 529, anthropic.ErrorTypeOverloadedError),
		checks.Expect("text", message.Content[0].Text, checks.Proof.Text),
	)
}

func checkEmbeddedMessage() error {
	client := newClient(checks.Proof.EmbeddedURL, 2)
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

// expectError looks at the client's own error.
func expectError(err error, status int, errorType anthropic.ErrorType) error {
	var apiError *anthropic.Error
	if !errors.As(err, &apiError) {
		return fmt.Errorf("%v is not the client's error", err)
	}
	return errors.Join(
		checks.Expect("status", fmt.Sprint(apiError.StatusCode), fmt.Sprint(status)),
		checks.Expect("error type", string(apiError.Type()), string(errorType)),
		checks.ExpectPrefix("request id", apiError.RequestID, "req_"),
	)
}

func main() {
	checks.RunAll([]checks.Check{
		{Name: "message", Run: checkMessage},
		{Name: "message-stream", Run: checkMessageStream},
		{Name: "message-tools", Run: checkMessageTools},
		{Name: "count-tokens", Run: checkCountTokens},
		{Name: "cached-prompt", Run: checkCachedPrompt},
		{Name: "models", Run: checkModels},
		{Name: "message-errors", Run: checkMessageErrors},
		{Name: "embedded-message", Run: checkEmbeddedMessage},
	})
}
