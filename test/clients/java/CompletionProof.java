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
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Text Completions with the last version 2 of the Java client. */
public class CompletionProof {
    /** This client exports no markers: programs write them out. */
    static final String PROMPT = "\n\nHuman: Say something.\n\nAssistant:";

    static final Set<String> STOP_REASONS = Set.of("stop_sequence", "max_tokens");

    /** What this program is given; see proof-server.ts. */
    static JsonNode proof;

    static String given(String name) {
        return proof.get(name).textValue();
    }

    static AnthropicClient client(String url, String key, int maxRetries) {
        return AnthropicOkHttpClient.builder().baseUrl(url).apiKey(key).maxRetries(maxRetries).build();
    }

    static AnthropicClient openClient() {
        return client(given("openUrl"), "any key", 0);
    }

    static CompletionCreateParams.Builder ask() {
        return CompletionCreateParams.builder().model(given("model")).prompt(PROMPT).maxTokensToSample(50);
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
            expect(completion.completion(), given("text"));
            expect(completion.stopReason(), Optional.of("stop_sequence"));
            expect(completion.model().asString(), given("resolvedModel"));
            require(completion.id().startsWith("compl_"), completion.id());
            require(response.requestId().orElse("").startsWith("req_"), "request id " + response.requestId());
        }
    }

    static void checkStream() {
        List<Completion> events = stream(openClient(), ask().build());
        expect(joined(events), given("text"));
        require(events.size() > 2, "only " + events.size() + " events");
        expect(events.get(0).stopReason(), Optional.empty());
        expect(last(events).stopReason(), Optional.of("stop_sequence"));
        expect(last(events).model().asString(), given("resolvedModel"));
    }

    static void checkStopSequence() {
        CompletionCreateParams params =
                ask().addStopSequence("never").addStopSequence(given("stopSequence")).build();
        Completion completion = openClient().completions().create(params);
        expect(completion.completion(), given("textBeforeStop"));
        expect(completion.stopReason(), Optional.of("stop_sequence"));
        List<Completion> events = stream(openClient(), params);
        expect(joined(events), given("textBeforeStop"));
        expect(last(events).stopReason(), Optional.of("stop_sequence"));
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
        AnthropicClient wrong = client(given("keyedUrl"), "a wrong key", 0);
        expectError(UnauthorizedException.class, 401, ErrorType.AUTHENTICATION_ERROR,
                "invalid x-api-key", () -> wrong.completions().create(ask().build()));
        AnthropicClient right = client(given("keyedUrl"), given("key"), 0);
        expect(right.completions().create(ask().build()).completion(), given("text"));
    }

    static void checkOverloaded() {
        CompletionCreateParams params = ask().model(given("overloadedModel")).build();
        expectError(InternalServerException.class, 529, ErrorType.OVERLOADED_ERROR,
                "Overloaded", () -> openClient().completions().create(params));
        expectError(InternalServerException.class, 529, ErrorType.OVERLOADED_ERROR,
                "Overloaded", () -> stream(openClient(), params));
    }

    static void checkRetry() {
        // The server refuses this prompt once: without a second request there is no completion.
        String prompt = "\n\nHuman: Recover for " + given("client") + ".\n\nAssistant:";
        CompletionCreateParams params = ask().model(given("recoveringModel")).prompt(prompt).build();
        expect(client(given("openUrl"), "any key", 2).completions().create(params).completion(), given("text"));
    }

    static void checkEmbeddedModel() {
        AnthropicClient embedded = client(given("embeddedUrl"), "any key", 2);
        Completion completion = embedded.completions().create(ask().build());
        require(!completion.completion().isBlank(), "the completion is empty");
        require(STOP_REASONS.contains(completion.stopReason().orElse("")), "" + completion.stopReason());
        List<Completion> events = stream(embedded, ask().build());
        require(!joined(events).isBlank(), "the stream is empty");
        require(STOP_REASONS.contains(last(events).stopReason().orElse("")), "" + last(events));
    }

    /** Looks at the client's own exception; excerpt is a part of the message in the answer's body. */
    static void expectError(
            Class<? extends AnthropicServiceException> exceptionClass,
            int status,
            ErrorType errorType,
            String excerpt,
            Runnable call) {
        try {
            call.run();
        } catch (AnthropicServiceException exception) {
            expect(exception.getClass(), exceptionClass);
            expect(exception.statusCode(), status);
            expect(exception.errorType(), Optional.of(errorType));
            List<String> requestIds = exception.headers().values("request-id");
            require(requestIds.size() == 1 && requestIds.get(0).startsWith("req_"), "request ids " + requestIds);
            JsonNode body = exception.body().convert(JsonNode.class);
            expect(body.get("request_id").textValue(), requestIds.get(0));
            String message = body.get("error").get("message").textValue();
            require(message.contains(excerpt), message);
            return;
        }
        throw new AssertionError("no error of status " + status);
    }

    static void expect(Object actual, Object expected) {
        require(Objects.equals(actual, expected), actual + " instead of " + expected);
    }

    static void require(boolean isTrue, String otherwise) {
        if (!isTrue) throw new AssertionError(otherwise);
    }

    static boolean report(String name, Runnable check) {
        try {
            check.run();
            System.out.println("ok " + name);
            return true;
        } catch (Exception | AssertionError error) {
            error.printStackTrace();
            System.out.println("not ok " + name + ": " + error.toString().replaceAll("\\s+", " "));
            return false;
        }
    }

    public static void main(String[] args) throws Exception {
        proof = new ObjectMapper().readTree(System.getenv("CONTINUO_PROOF"));
        boolean isFine = report("create", CompletionProof::checkCreate);
        isFine &= report("stream", CompletionProof::checkStream);
        isFine &= report("stop-sequence", CompletionProof::checkStopSequence);
        isFine &= report("bad-request", CompletionProof::checkBadRequest);
        isFine &= report("unauthorized", CompletionProof::checkUnauthorized);
        isFine &= report("overloaded", CompletionProof::checkOverloaded);
        isFine &= report("retry", CompletionProof::checkRetry);
        isFine &= report("embedded-model", CompletionProof::checkEmbeddedModel);
        // The clients' connection pools would keep the process alive for a minute.
        System.exit(isFine ? 0 : 1);
    }
}
