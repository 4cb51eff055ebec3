import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.HttpResponseFor;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.OverloadedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.ErrorType;
import com.anthropic.models.beta.messages.BetaMessage;
import com.anthropic.models.messages.CacheControlEphemeral;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.TextBlockParam;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolUseBlock;
import com.anthropic.models.models.ModelInfo;
import com.anthropic.models.models.ModelListParams;
import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Messages with the newest Java client. */
public class MessageProof {
    static final String QUESTION = "Say something.";

    static AnthropicClient client(String url, int maxRetries) {
        return AnthropicOkHttpClient.builder().baseUrl(url).apiKey("any key").maxRetries(maxRetries).build();
    }

    static AnthropicClient openClient() {
        return client(ProofChecks.given("openUrl"), 0);
    }

    static MessageCreateParams.Builder ask() {
        return MessageCreateParams.builder().model(ProofChecks.given("model")).maxTokens(50).addUserMessage(QUESTION);
    }

    static MessageCreateParams withTool() {
        Tool.InputSchema schema = Tool.InputSchema.builder()
                .properties(JsonValue.from(Map.of("city", Map.of("type", "string"))))
                .build();
        return ask().addTool(Tool.builder().name(ProofChecks.given("tool")).inputSchema(schema).build()).build();
    }

    static Message stream(AnthropicClient client, MessageCreateParams params) {
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(params)) {
            events.stream().forEach(accumulator::accumulate);
        }
        return accumulator.message();
    }

    static String text(Message message) {
        return message.content().get(0).asText().text();
    }

    static void expectSpoken(Message message) {
        ProofChecks.expect(message.content().size(), 1);
        ProofChecks.expect(text(message), ProofChecks.given("text"));
        ProofChecks.expect(message.stopReason(), Optional.of(StopReason.END_TURN));
        ProofChecks.expect(message.model().asString(), ProofChecks.given("resolvedModel"));
        ProofChecks.expect(message.usage().outputTokens(), 5L);
        ProofChecks.require(message.id().startsWith("msg_"), message.id());
    }

    static void expectCalled(Message message) {
        ProofChecks.expect(message.content().size(), 1);
        ToolUseBlock call = message.content().get(0).asToolUse();
        ProofChecks.expect(call.name(), ProofChecks.given("tool"));
        ProofChecks.expect(call._input().convert(JsonNode.class), ProofChecks.PROOF.get("toolInput"));
        ProofChecks.expect(message.stopReason(), Optional.of(StopReason.TOOL_USE));
    }

    static void checkMessage() {
        try (HttpResponseFor<Message> response =
                openClient().messages().withRawResponse().create(ask().system("Be brief.").build())) {
            expectSpoken(response.parse());
            ProofChecks.require(response.requestId().orElse("").startsWith("req_"), "request id " + response.requestId());
        }
        Message stopped = openClient().messages()
                .create(ask().addStopSequence("never").addStopSequence(ProofChecks.given("stopSequence")).build());
        ProofChecks.expect(text(stopped), ProofChecks.given("textBeforeStop"));
        ProofChecks.expect(stopped.stopSequence(), Optional.of(ProofChecks.given("stopSequence")));
    }

    static void checkMessageStream() {
        expectSpoken(stream(openClient(), ask().build()));
    }

    /** The cities that the tool was run for. */
    static final List<String> cities = new ArrayList<>();

    @JsonClassDescription("The weather in a city.")
    public static class Weather implements Supplier<String> {
        public String city;

        @Override
        public String get() {
            cities.add(city);
            return "rain";
        }
    }

    static void checkMessageTools() {
        expectCalled(openClient().messages().create(withTool()));
        expectCalled(stream(openClient(), withTool()));
        List<BetaMessage> messages = new ArrayList<>();
        openClient().beta().messages()
                .toolRunner(com.anthropic.models.beta.messages.MessageCreateParams.builder()
                        .model(ProofChecks.given("model"))
                        .maxTokens(50)
                        .addUserMessage(QUESTION)
                        .addTool(Weather.class)
                        .build())
                .forEach(messages::add);
        ProofChecks.expect(cities, List.of(ProofChecks.PROOF.get("toolInput").get("city").textValue()));
        ProofChecks.expect(messages.size(), 2);
        ProofChecks.expect(messages.get(1).content().get(0).asText().text(), ProofChecks.given("text"));
    }

    static void checkCountTokens() {
        MessageCountTokensParams params = MessageCountTokensParams.builder()
                .model(ProofChecks.given("model"))
                .addUserMessage(QUESTION)
                .build();
        long counted = openClient().messages().countTokens(params).inputTokens();
        ProofChecks.expect(counted, openClient().messages().create(ask().build()).usage().inputTokens());
    }

    static void checkCachedPrompt() {
        TextBlockParam marked = TextBlockParam.builder()
                .text(("For " + ProofChecks.given("client") + ". ").repeat(8))
                .cacheControl(CacheControlEphemeral.builder().build())
                .build();
        MessageCreateParams params = ask().systemOfTextBlockParams(List.of(marked)).build();
        Optional<Long> written = openClient().messages().create(params).usage().cacheCreationInputTokens();
        Optional<Long> read = openClient().messages().create(params).usage().cacheReadInputTokens();
        ProofChecks.require(written.orElse(0L) > 0, "nothing was written");
        ProofChecks.expect(read, written);
    }

    static void checkModels() {
        List<String> ids = new ArrayList<>();
        for (ModelInfo model :
                openClient().models().list(ModelListParams.builder().limit(7).build()).autoPager()) {
            ids.add(model.id());
        }
        ProofChecks.expect(ids.stream().filter(ProofChecks.given("resolvedModel")::equals).count(), 1L);
        ProofChecks.expect(openClient().models().retrieve(ProofChecks.given("model")).id(), ProofChecks.given("resolvedModel"));
    }

    static void checkMessageErrors() {
        expectError(BadRequestException.class, 400, ErrorType.INVALID_REQUEST_ERROR,
                () -> openClient().messages().create(ask().maxTokens(-1).build()));
        MessageCreateParams overloaded = ask().model(ProofChecks.given("overloadedModel")).build();
        expectError(OverloadedException.class, 529, ErrorType.OVERLOADED_ERROR,
                () -> stream(openClient(), overloaded));
        MessageCreateParams recovering = MessageCreateParams.builder()
                .model(ProofChecks.given("recoveringModel"))
                .maxTokens(50)
                .addUserMessage("Recover for " + ProofChecks.given("client") + ".")
                .build();
        ProofChecks.expect(text(client(ProofChecks.given("openUrl"), 2).messages().create(recovering)), ProofChecks.given("text"));
    }

    static void checkEmbeddedMessage() {
        AnthropicClient embedded = client(ProofChecks.given("embeddedUrl"), 2);
        ProofChecks.require(!text(embedded.messages().create(ask().build())).isBlank(), "the message is empty");
        ProofChecks.require(!text(stream(embedded, ask().build())).isBlank(), "the stream is empty");
    }

    /** Looks at the client's own exception. */
    static void expectError(
            Class<? extends AnthropicServiceException> exceptionClass,
            int status,
            ErrorType errorType,
            Runnable call) {
        try {
            call.run();
        } catch (AnthropicServiceException exception) {
            ProofChecks.expect(exception.getClass(), exceptionClass);
            ProofChecks.expect(exception.statusCode(), status);
            ProofChecks.expect(exception.errorType(), Optional.of(errorType));
            return;
        }
        throw new AssertionError("no error of status " + status);
    }

    public static void main(String[] args) {
        Map<String, Runnable> checks = new LinkedHashMap<>();
        checks.put("message", MessageProof::checkMessage);
        checks.put("message-stream", MessageProof::checkMessageStream);
        checks.put("message-tools", MessageProof::checkMessageTools);
        checks.put("count-tokens", MessageProof::checkCountTokens);
        checks.put("cached-prompt", MessageProof::checkCachedPrompt);
        checks.put("models", MessageProof::checkModels);
        checks.put("message-errors", MessageProof::checkMessageErrors);
        checks.put("embedded-message", MessageProof::checkEmbeddedMessage);
        ProofChecks.runAll(checks);
    }
}
