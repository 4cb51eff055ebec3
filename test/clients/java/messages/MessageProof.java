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
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Messages with the newest Java client. */
public class MessageProof {
    static final String QUESTION = "Say something.";

    /** What this program is given; see proof-server.ts. */
    static JsonNode proof;

    static String given(String name) {
        return proof.get(name).textValue();
    }

    static AnthropicClient client(String url, int maxRetries) {
        return AnthropicOkHttpClient.builder().baseUrl(url).apiKey("any key").maxRetries(maxRetries).build();
    }

    static AnthropicClient openClient() {
        return client(given("openUrl"), 0);
    }

    static MessageCreateParams.Builder ask() {
        return MessageCreateParams.builder().model(given("model")).maxTokens(50).addUserMessage(QUESTION);
    }

    static MessageCreateParams withTool() {
        Tool.InputSchema schema = Tool.InputSchema.builder()
                .properties(JsonValue.from(Map.of("city", Map.of("type", "string"))))
                .build();
        return ask().addTool(Tool.builder().name(given("tool")).inputSchema(schema).build()).build();
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
        expect(message.content().size(), 1);
        expect(text(message), given("text"));
        expect(message.stopReason(), Optional.of(StopReason.END_TURN));
        expect(message.model().asString(), given("resolvedModel"));
        expect(message.usage().outputTokens(), 5L);
        require(message.id().startsWith("msg_"), message.id());
    }

    static void expectCalled(Message message) {
        expect(message.content().size(), 1);
        ToolUseBlock call = message.content().get(0).asToolUse();
        expect(call.name(), given("tool"));
        expect(call._input().convert(JsonNode.class), proof.get("toolInput"));
        expect(message.stopReason(), Optional.of(StopReason.TOOL_USE));
    }

    static void checkMessage() {
        try (HttpResponseFor<Message> response =
                openClient().messages().withRawResponse().create(ask().system("Be brief.").build())) {
            expectSpoken(response.parse());
            require(response.requestId().orElse("").startsWith("req_"), "request id " + response.requestId());
        }
        Message stopped = openClient().messages()
                .create(ask().addStopSequence("never").addStopSequence(given("stopSequence")).build());
        expect(text(stopped), given("textBeforeStop"));
        expect(stopped.stopSequence(), Optional.of(given("stopSequence")));
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
                        .model(given("model"))
                        .maxTokens(50)
                        .addUserMessage(QUESTION)
                        .addTool(Weather.class)
                        .build())
                .forEach(messages::add);
        expect(cities, List.of(proof.get("toolInput").get("city").textValue()));
        expect(messages.size(), 2);
        expect(messages.get(1).content().get(0).asText().text(), given("text"));
    }

    static void checkCountTokens() {
        MessageCountTokensParams params = MessageCountTokensParams.builder()
                .model(given("model"))
                .addUserMessage(QUESTION)
                .build();
        long counted = openClient().messages().countTokens(params).inputTokens();
        expect(counted, openClient().messages().create(ask().build()).usage().inputTokens());
    }

    static void checkCachedPrompt() {
        TextBlockParam marked = TextBlockParam.builder()
                .text(("For " + given("client") + ". ").repeat(8))
                .cacheControl(CacheControlEphemeral.builder().build())
                .build();
        MessageCreateParams params = ask().systemOfTextBlockParams(List.of(marked)).build();
        Optional<Long> written = openClient().messages().create(params).usage().cacheCreationInputTokens();
        Optional<Long> read = openClient().messages().create(params).usage().cacheReadInputTokens();
        require(written.orElse(0L) > 0, "nothing was written");
        expect(read, written);
    }

    static void checkModels() {
        List<String> ids = new ArrayList<>();
        for (ModelInfo model :
                openClient().models().list(ModelListParams.builder().limit(7).build()).autoPager()) {
            ids.add(model.id());
        }
        expect(ids.stream().filter(given("resolvedModel")::equals).count(), 1L);
        expect(openClient().models().retrieve(given("model")).id(), given("resolvedModel"));
    }

    static void checkMessageErrors() {
        expectError(BadRequestException.class, 400, ErrorType.INVALID_REQUEST_ERROR,
                () -> openClient().messages().create(ask().maxTokens(0).build()));
        MessageCreateParams overloaded = ask().model(given("overloadedModel")).build();
        expectError(OverloadedException.class, 529, ErrorType.OVERLOADED_ERROR,
                () -> stream(openClient(), overloaded));
        MessageCreateParams recovering = MessageCreateParams.builder()
                .model(given("recoveringModel"))
                .maxTokens(50)
                .addUserMessage("Recover for " + given("client") + ".")
                .build();
        expect(text(client(given("openUrl"), 2).messages().create(recovering)), given("text"));
    }

    static void checkEmbeddedMessage() {
        AnthropicClient embedded = client(given("embeddedUrl"), 2);
        require(!text(embedded.messages().create(ask().build())).isBlank(), "the message is empty");
        require(!text(stream(embedded, ask().build())).isBlank(), "the stream is empty");
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
            expect(exception.getClass(), exceptionClass);
            expect(exception.statusCode(), status);
            expect(exception.errorType(), Optional.of(errorType));
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
        boolean isFine = report("message", MessageProof::checkMessage);
        isFine &= report("message-stream", MessageProof::checkMessageStream);
        isFine &= report("message-tools", MessageProof::checkMessageTools);
        isFine &= report("count-tokens", MessageProof::checkCountTokens);
        isFine &= report("cached-prompt", MessageProof::checkCachedPrompt);
        isFine &= report("models", MessageProof::checkModels);
        isFine &= report("message-errors", MessageProof::checkMessageErrors);
        isFine &= report("embedded-message", MessageProof::checkEmbeddedMessage);
        // The clients' connection pools would keep the process alive for a minute.
        System.exit(isFine ? 0 : 1);
    }
}
