import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

import jakarta.servlet.ServletContext;
import org.apache.catalina.util.ServerInfo;
import org.eclipse.jetty.server.Server;
import org.springframework.session.web.http.SessionRepositoryFilter;

/**
 * Serves sessions of the Servlet API behind hardtack's contract on 127.0.0.1. The argument is a port; the environment
 * decides the rest: SESSIONS (tomcat, jetty, spring, spring-redis), SETTINGS, REDIS (host:port), DATA_DIR.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        int port = Integer.parseInt(arguments[0]);
        String sessions = System.getenv().getOrDefault("SESSIONS", "tomcat");
        Settings settings = Settings.named(System.getenv().getOrDefault("SETTINGS", "default"));
        String folder = System.getenv().getOrDefault("DATA_DIR", System.getProperty("java.io.tmpdir"));
        switch (sessions) {
            case "tomcat" -> {
                Contract contract = new Contract(about("tomcat", ServerInfo.getServerNumber(), "JSESSIONID", settings));
                Containers.OfTomcat tomcat = new Containers.OfTomcat(port, folder, setUp(contract, settings, context -> { }));
                Application.offer(contract, tomcat);
                tomcat.start();
            }
            case "jetty" -> {
                Contract contract = new Contract(about("jetty", Server.getVersion(), "JSESSIONID", settings));
                Containers.OfJetty jetty = new Containers.OfJetty(port, setUp(contract, settings, context -> { }));
                Application.offer(contract, jetty);
                jetty.start();
            }
            case "spring" -> {
                SpringSession.InMemory spring = new SpringSession.InMemory();
                serveSpring(port, folder, settings, spring, context -> spring.install(context, settings));
            }
            case "spring-redis" -> {
                String[] redis = System.getenv("REDIS").split(":");
                SpringSession.InRedis spring = new SpringSession.InRedis(redis[0], Integer.parseInt(redis[1]));
                serveSpring(port, folder, settings, spring, context -> spring.install(context, settings));
            }
            default -> throw new IllegalArgumentException("SESSIONS is one of tomcat, jetty, spring, spring-redis");
        }
    }

    private static void serveSpring(int port, String folder, Settings settings, Records records,
            Consumer<ServletContext> install) throws Exception {
        String version = SessionRepositoryFilter.class.getPackage().getImplementationVersion();
        Contract contract = new Contract(about("spring-session", version, "SESSION", settings));
        Application.offer(contract, records);
        new Containers.OfTomcat(port, folder, setUp(contract, settings, install)).start();
    }

    private static Consumer<ServletContext> setUp(Contract contract, Settings settings, Consumer<ServletContext> more) {
        return context -> {
            settings.apply(context);
            more.accept(context);
            context.addServlet("hardtack", contract).addMapping("/_hardtack/*");
        };
    }

    private static Map<String, Object> about(String framework, String version, String cookie, Settings settings) {
        Map<String, Object> facts = new TreeMap<>(Map.of(
                "dialect", "servlet", "storage", "server", "rotate", "login", "lazy", true, "save_on_error", true,
                "expiry", "sliding_on_read", "workers", 1));
        facts.put("default_lifetime", settings.lifetime().toSeconds());
        facts.put("browser_close", settings != Settings.FLAGS);
        return Map.of(
                "framework", framework, "version", version,
                "server", (framework.equals("jetty") ? "Jetty" : "Tomcat " + ServerInfo.getServerNumber())
                        + " on Java " + Runtime.version().feature(),
                "session_cookies", List.of(settings == Settings.FLAGS ? "sid" : cookie),
                "facts", facts);
    }
}
