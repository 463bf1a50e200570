import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * hardtack's contract, version 1, for any application over the Servlet API: it reads programs, checks parameters and
 * names failures. It needs Java 17 and Jackson.
 *
 * <p>Paste this file into the application, offer what the application has, and map the servlet to {@code /_hardtack/*},
 * in tests only and on loopback. Application.java in this folder is an example.
 */
public final class Contract extends HttpServlet {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the application does for one operation of the contract. */
    @FunctionalInterface
    public interface Operation {
        Object perform(HttpServletRequest request, HttpServletResponse response, With with) throws Exception;
    }

    /** An operation's own answer: the contract's word (missing, invalid, unsupported) and a sentence. */
    public static final class Refused extends Exception {
        private final String word;

        public Refused(String word, String message) {
            super(message);
            this.word = word;
        }
    }

    /** The parameters of an operation. Times are an Integer (seconds), a Duration, an Instant, a String (raw) or null. */
    public record With(Map<String, Object> all) {
        public boolean has(String name) {
            return all.containsKey(name);
        }

        public Object value(String name) {
            return all.get(name);
        }

        public String text(String name) {
            return (String) all.get(name);
        }

        public boolean flag(String name) {
            return Boolean.TRUE.equals(all.get(name));
        }
    }

    private record Offer(Set<String> must, Set<String> known, List<String> lacks, Operation operation) {}

    private record Program(List<Map<String, Object>> entries, int status) {}

    private static final class Malformed extends Exception {
        Malformed(String message) {
            super(message);
        }
    }

    /** What ctl.raise throws at the container. */
    private static final class Unhandled extends ServletException {
        Unhandled() {
            super("as ctl.raise asked");
        }
    }

    private final Map<String, Object> about;
    private final Map<String, Offer> offers = new TreeMap<>();

    /** About holds framework, version, server, facts and session_cookies. */
    public Contract(Map<String, Object> about) {
        this.about = about;
        offer("ctl.wait", "url! timeout_ms", (request, response, with) -> waitFor(with));
        offer("ctl.header", "name! value!", (request, response, with) -> header(response, with));
        offer("ctl.sleep", "ms!", (request, response, with) -> {
            Thread.sleep(((Number) with.value("ms")).longValue());
            return null;
        });
        offer("ctl.raise", "", (request, response, with) -> {
            throw new Unhandled();
        });
    }

    /** Offers an operation; a parameter with "!" is required, one with "-" is the contract's, but not known here. */
    public Contract offer(String name, String parameters, Operation operation) {
        List<String> must = new ArrayList<>();
        List<String> known = new ArrayList<>();
        List<String> lacks = new ArrayList<>();
        for (String parameter : parameters.isEmpty() ? new String[0] : parameters.split(" ")) {
            if (parameter.startsWith("-")) {
                lacks.add(parameter.substring(1));
            } else {
                known.add(parameter.replace("!", ""));
                if (parameter.endsWith("!")) {
                    must.add(parameter.replace("!", ""));
                }
            }
        }
        offers.put(name, new Offer(Set.copyOf(must), Set.copyOf(known), lacks, operation));
        return this;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        if ("/run".equals(request.getPathInfo())) {
            run(request, response, request.getParameter("program"));
        } else if (request.getPathInfo() == null) {
            describe(response);
        } else {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        if ("/run".equals(request.getPathInfo())) {
            run(request, response, new String(request.getInputStream().readAllBytes(), "UTF-8"));
        } else {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }

    private void describe(HttpServletResponse response) throws IOException {
        List<Object> operations = new ArrayList<>();
        offers.forEach((name, offer) ->
                operations.add(offer.lacks.isEmpty() ? name : Map.of("op", name, "lacks", offer.lacks)));
        Map<String, Object> description = new LinkedHashMap<>(about);
        description.put("contract", 1);
        description.put("operations", operations);
        answer(response, HttpServletResponse.SC_OK, description);
    }

    private void run(HttpServletRequest request, HttpServletResponse response, String text)
            throws ServletException, IOException {
        Program program;
        try {
            program = read(text);
        } catch (Malformed | JsonProcessingException error) {
            answer(response, HttpServletResponse.SC_BAD_REQUEST,
                    Map.of("error", "invalid", "kind", "malformed", "message", String.valueOf(error.getMessage())));
            return;
        }
        response.setStatus(program.status);
        List<JsonNode> results = new ArrayList<>();
        for (Map<String, Object> entry : program.entries) {
            // Written down at once: what a result refers to may still change.
            results.add(JSON.valueToTree(perform(request, response, entry)));
        }
        answer(response, program.status, Map.of("results", results));
    }

    private static Program read(String text) throws Malformed, JsonProcessingException {
        JsonNode asked = JSON.readTree(text == null ? "" : text);
        JsonNode status = asked.path("status");
        if (!(status.isMissingNode() || status.canConvertToExactIntegral() && status.intValue() >= 200
                && status.intValue() <= 599)) {
            throw new Malformed("status is a whole number from 200 to 599");
        }
        if (!asked.path("program").isArray()) {
            throw new Malformed("program is a list");
        }
        List<Map<String, Object>> entries = new ArrayList<>();
        for (JsonNode entry : asked.path("program")) {
            JsonNode fatal = entry.path("fatal");
            if (!entry.path("op").isTextual() || !(fatal.isMissingNode() || fatal.isNull() || fatal.isBoolean())) {
                throw new Malformed("an entry of program has op (text) and fatal (boolean, optional)");
            }
            Map<String, Object> parameters = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> field : entry.properties()) {
                parameters.put(field.getKey(), octets(JSON.treeToValue(field.getValue(), Object.class)));
            }
            entries.add(parameters);
        }
        return new Program(entries, status.asInt(HttpServletResponse.SC_OK));
    }

    private Map<String, Object> perform(HttpServletRequest request, HttpServletResponse response,
            Map<String, Object> entry) throws ServletException {
        Map<String, Object> given = new LinkedHashMap<>(entry);
        String name = (String) given.remove("op");
        boolean fatal = Boolean.TRUE.equals(given.remove("fatal"));
        Map<String, Object> result = new LinkedHashMap<>();
        try {
            result.put("ok", plain(call(request, response, name, given)));
        } catch (Unhandled error) {
            throw error;
        } catch (Exception error) {
            if (fatal) {
                throw new ServletException(error);
            }
            result.put("error", word(error));
            result.put("kind", error.getClass().getSimpleName());
            result.put("message", String.valueOf(error.getMessage()));
        }
        return result;
    }

    private static String word(Exception error) {
        if (error instanceof Refused refused) {
            return refused.word;
        }
        return error instanceof IllegalArgumentException ? "invalid" : "exception";
    }

    private Object call(HttpServletRequest request, HttpServletResponse response, String name, Map<String, Object> given)
            throws Exception {
        Offer offer = offers.get(name);
        if (offer == null) {
            throw new Refused("unsupported", name + " is not offered");
        }
        for (String required : offer.must) {
            if (!given.containsKey(required)) {
                throw new Refused("invalid", required + " is missing");
            }
        }
        for (Map.Entry<String, Object> parameter : given.entrySet()) {
            if (!offer.known.contains(parameter.getKey())) {
                throw new Refused("unsupported", name + " has no " + parameter.getKey());
            }
            boolean anything = parameter.getKey().equals("default")
                    || parameter.getKey().equals("value") && !name.startsWith("cookie.") && !name.startsWith("ctl.");
            if (!anything) {
                parameter.setValue(typed(parameter.getKey(), parameter.getValue()));
            }
        }
        return offer.operation.perform(request, response, new With(given));
    }

    /** Presence and types are checked here; values are for the application to judge. */
    private static Object typed(String parameter, Object value) throws Refused {
        boolean fits = switch (parameter) {
            case "path", "domain", "same_site" -> value == null || value instanceof String;
            case "secure", "http_only", "partitioned", "keep_session" -> value instanceof Boolean;
            case "ms", "timeout_ms" -> value instanceof Number number && number.doubleValue() >= 0;
            case "max_age", "expires", "to" -> value == null || value instanceof Number
                    || value instanceof Map<?, ?> time && time.size() == 1;
            case "values" -> value instanceof Map;
            case "user" -> value instanceof String text && !text.isEmpty();
            default -> value instanceof String;
        };
        if (!fits) {
            throw new Refused("invalid", parameter + " has the wrong type");
        }
        return switch (parameter) {
            case "max_age", "expires", "to" -> typedTime(parameter, value);
            default -> value;
        };
    }

    private static Object typedTime(String parameter, Object value) throws Refused {
        if (value instanceof Number seconds) {
            if (seconds.longValue() != seconds.intValue()) {
                throw new Refused("invalid", parameter + " does not fit into an int of seconds");
            }
            return seconds.intValue();
        }
        if (value instanceof Map<?, ?> time) {
            if (time.get("raw") instanceof String raw) {
                return raw;
            }
            if (time.get("in") instanceof Number in) {
                return Duration.ofMillis(Math.round(in.doubleValue() * 1000));
            }
            if (time.get("at") instanceof Number at) {
                return Instant.now().plusMillis(Math.round(at.doubleValue() * 1000));
            }
            throw new Refused("invalid", parameter + " has the wrong type");
        }
        return null;
    }

    private static Object waitFor(With with) throws Exception {
        URI url = URI.create(with.text("url"));
        if (!Set.of("127.0.0.1", "[::1]", "localhost").contains(String.valueOf(url.getHost()))) {
            throw new Refused("invalid", "url is not a loopback URL");
        }
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
        connection.setRequestProperty("Connection", "close");
        connection.setReadTimeout(with.value("timeout_ms") instanceof Number limit ? Math.max(1, limit.intValue()) : 5000);
        try {
            connection.getResponseCode();
            return true;
        } catch (SocketTimeoutException late) {
            return false;
        } finally {
            connection.disconnect();
        }
    }

    private static Object header(HttpServletResponse response, With with) throws Refused {
        if (Set.of("set-cookie", "date", "content-length").contains(with.text("name").toLowerCase(Locale.ROOT))) {
            throw new Refused("invalid", with.text("name") + " is not for ctl.header to set");
        }
        response.setHeader(with.text("name"), with.text("value"));
        return null;
    }

    private static void answer(HttpServletResponse response, int status, Object body) throws IOException {
        byte[] text = JSON.writeValueAsBytes(body);
        response.setStatus(status);
        response.setContentType("application/json");
        if (status != HttpServletResponse.SC_NO_CONTENT && status != HttpServletResponse.SC_NOT_MODIFIED) {
            response.setContentLength(text.length);
            response.getOutputStream().write(text);
        }
    }

    /** Octets that JSON cannot carry travel as {"b64": …}. */
    private static Object octets(Object value) throws Malformed {
        if (value instanceof List<?> list) {
            List<Object> changed = new ArrayList<>();
            for (Object each : list) {
                changed.add(octets(each));
            }
            return changed;
        }
        if (value instanceof Map<?, ?> object) {
            if (object.size() == 1 && object.get("b64") instanceof String text) {
                try {
                    return Base64.getDecoder().decode(text);
                } catch (IllegalArgumentException error) {
                    throw new Malformed("b64 is no Base64");
                }
            }
            Map<String, Object> changed = new LinkedHashMap<>();
            for (Map.Entry<?, ?> each : object.entrySet()) {
                changed.put((String) each.getKey(), octets(each.getValue()));
            }
            return changed;
        }
        return value;
    }

    private static Object plain(Object value) {
        if (value instanceof byte[] bytes) {
            return Map.of("b64", Base64.getEncoder().encodeToString(bytes));
        }
        if (value instanceof List<?> list) {
            List<Object> changed = new ArrayList<>();
            list.forEach(each -> changed.add(plain(each)));
            return changed;
        }
        if (value instanceof Map<?, ?> object) {
            Map<String, Object> changed = new LinkedHashMap<>();
            object.forEach((key, each) -> changed.put((String) key, plain(each)));
            return changed;
        }
        return value;
    }
}
