import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.HttpResponseFor;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.models.ErrorType;
import com.anthropic.models.completions.Completion;
import com.anthropic.models.completions.CompletionCreateParams;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Text Completions with the last version 2 of the Java client. */
public class CompletionProof {
    /** This client exports no markers: programs write them out. */
    static final String PROMPT = "\n\nHuman: Say something.\n\nAssistant:";

    static final Set<String> STOP_REASONS = Set.of("stop_sequence", "max_tokens");

    static AnthropicClient client(String url, String key, int maxRetries) {
        return AnthropicOkHttpClient.builder().baseUrl(url).apiKey(key).maxRetries(maxRetries).build();
    }

    static AnthropicClient openClient() {
        return client(ProofChecks.given("openUrl"), "any key", 0);
    }

    static CompletionCreateParams.Builder ask() {
        return CompletionCreateParams.builder().model(ProofChecks.given("model")).prompt(PROMPT).maxTokensToSample(50);
    }

    static List<Completion> stream(AnthropicClient client, CompletionCreateParams params) {
        try (StreamResponse<Completion> events = client.completions().createStreaming(params)) {
            return events.stream().collect(Collectors.toList());
        }
    }

    static String joined(List<Completion> events) {
        return events.stream().map(Completion::completion).collect(Collectors.joining());
    }

    static Completion last(List<Completion> events) {
        return events.get(events.size() - 1);
    }

    static void checkCreate() {
        try (HttpResponseFor<Completion> response =
                openClient().completions().withRawResponse().create(ask().build())) {
            Completion completion = response.parse().validate();
            ProofChecks.expect(completion.completion(), ProofChecks.given("text"));
            ProofChecks.expect(completion.stopReason(), Optional.of("stop_sequence"));
            ProofChecks.expect(completion.model().asString(), ProofChecks.given("resolvedModel"));
            ProofChecks.require(completion.id().startsWith("compl_"), completion.id());
            ProofChecks.require(response.requestId().orElse("").startsWith("req_"), "request id " + response.requestId());
        }
    }

    static void checkStream() {
        List<Completion> events = stream(openClient(), ask().build());
        ProofChecks.expect(joined(events), ProofChecks.given("text"));
        ProofChecks.require(events.size() > 2, "only " + events.size() + " events");
        ProofChecks.expect(events.get(0).stopReason(), Optional.empty());
        ProofChecks.expect(last(events).stopReason(), Optional.of("stop_sequence"));
        ProofChecks.expect(last(events).model().asString(), ProofChecks.given("resolvedModel"));
    }

    static void checkStopSequence() {
        CompletionCreateParams params =
                ask().addStopSequence("never").addStopSequence(ProofChecks.given("stopSequence")).build();
        Completion completion = openClient().completions().create(params);
        ProofChecks.expect(completion.completion(), ProofChecks.given("textBeforeStop"));
        ProofChecks.expect(completion.stopReason(), Optional.of("stop_sequence"));
        List<Completion> events = stream(openClient(), params);
        ProofChecks.expect(joined(events), ProofChecks.given("textBeforeStop"));
        ProofChecks.expect(last(events).stopReason(), Optional.of("stop_sequence"));
    }

    static void checkBadRequest() {
        CompletionCreateParams badPrompt = ask().prompt("Hello").build();
        expectError(BadRequestException.class, 400, ErrorType.INVALID_REQUEST_ERROR,
                "must start with \"\n\nHuman:\"", () -> openClient().completions().create(badPrompt));
        CompletionCreateParams noTokens = ask().maxTokensToSample(0).build();
        expectError(BadRequestException.class, 400, ErrorType.INVALID_REQUEST_ERROR,
                "max_tokens_to_sample: ", () -> stream(openClient(), noTokens));
    }

    static void checkUnauthorized() {
        AnthropicClient wrong = client(ProofChecks.given("keyedUrl"), "a wrong key", 0);
        expectError(UnauthorizedException.class, 401, ErrorType.AUTHENTICATION_ERROR,
                "invalid x-api-key", () -> wrong.completions().create(ask().build()));
        AnthropicClient right = client(ProofChecks.given("keyedUrl"), ProofChecks.given("key"), 0);
        ProofChecks.expect(right.completions().create(ask().build()).completion(), ProofChecks.given("text"));
    }

    static void checkOverloaded() {
        CompletionCreateParams params = ask().model(ProofChecks.given("overloadedModel")).build();
        expectError(InternalServerException.class, 529, ErrorType.OVERLOADED_ERROR,
                "Overloaded", () -> openClient().completions().create(params));
        expectError(InternalServerException.class, 529, ErrorType.OVERLOADED_ERROR,
                "Overloaded", () -> stream(openClient(), params));
    }

    static void checkRetry() {
        // The server refuses this prompt once: without a second request there is no completion.
        String prompt = "\n\nHuman: Recover for " + ProofChecks.given("client") + ".\n\nAssistant:";
        CompletionCreateParams params = ask().model(ProofChecks.given("recoveringModel")).prompt(prompt).build();
        ProofChecks.expect(client(ProofChecks.given("openUrl"), "any key", 2).completions().create(params).completion(), ProofChecks.given("text"));
    }

    static void checkEmbeddedModel() {
        AnthropicClient embedded = client(ProofChecks.given("embeddedUrl"), "any key", 2);
        Completion completion = embedded.completions().create(ask().build());
        ProofChecks.require(!completion.completion().isBlank(), "the completion is empty");
        ProofChecks.require(STOP_REASONS.contains(completion.stopReason().orElse("")), "" + completion.stopReason());
        List<Completion> events = stream(embedded, ask().build());
        ProofChecks.require(!joined(events).isBlank(), "the stream is empty");
        ProofChecks.require(STOP_REASONS.contains(last(events).stopReason().orElse("")), "" + last(events));
    }

    /** Looks at the client's own exception; excerpt is a part of the message in the response's body. */
    static void expectError(
            Class<? extends AnthropicServiceException> exceptionClass,
            int status,
            ErrorType errorType,
            String excerpt,
            Runnable call) {
        try {
            call.run();
        } catch (AnthropicServiceException exception) {
            ProofChecks.expect(exception.getClass(), exceptionClass);
            ProofChecks.expect(exception.statusCode(), status);
            ProofChecks.expect(exception.errorType(), Optional.of(errorType));
            List<String> requestIds = exception.headers().values("request-id");
            ProofChecks.require(requestIds.size() == 1 && requestIds.get(0).startsWith("req_"), "request ids " + requestIds);
            JsonNode body = exception.body().convert(JsonNode.class);
            ProofChecks.expect(body.get("request_id").textValue(), requestIds.get(0));
            String message = body.get("error").get("message").textValue();
            ProofChecks.require(message.contains(excerpt), message);
            return;
        }
        throw new AssertionError("no error of status " + status);
    }

    public static void main(String[] args) {
        Map<String, Runnable> checks = new LinkedHashMap<>();
        checks.put("create", CompletionProof::checkCreate);
        checks.put("stream", CompletionProof::checkStream);
        checks.put("stop-sequence", CompletionProof::checkStopSequence);
        checks.put("bad-request", CompletionProof::checkBadRequest);
        checks.put("unauthorized", CompletionProof::checkUnauthorized);
        checks.put("overloaded", CompletionProof::checkOverloaded);
        checks.put("retry", CompletionProof::checkRetry);
        checks.put("embedded-model", CompletionProof::checkEmbeddedModel);
        ProofChecks.runAll(checks);
    }
}
