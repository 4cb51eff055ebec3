import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.Objects;

/** The settings of the Java programs; prints a line for each check. */
final class ProofChecks {
    /** What a program is given; see proof-server.ts. */
    static final JsonNode PROOF = readProof();

    private ProofChecks() {}

    private static JsonNode readProof() {
        try {
            return new ObjectMapper().readTree(System.getenv("CONTINUO_PROOF"));
        } catch (JsonProcessingException exception) {
            throw new IllegalStateException(exception);
        }
    }

    static String given(String name) {
        return PROOF.get(name).textValue();
    }

    static void expect(Object actual, Object expected) {
        require(Objects.equals(actual, expected), actual + " instead of " + expected);
    }

    static void require(boolean isTrue, String otherwise) {
        if (!isTrue) throw new AssertionError(otherwise);
    }

    /** Runs every check in order, prints the result of each, and ends the process. */
    static void runAll(Map<String, Runnable> checks) {
        boolean isFine = true;
        for (Map.Entry<String, Runnable> check : checks.entrySet()) {
            isFine &= report(check.getKey(), check.getValue());
        }
        // The clients' connection pools would keep the process alive for a minute.
        System.exit(isFine ? 0 : 1);
    }

    private static boolean report(String name, Runnable check) {
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
}
