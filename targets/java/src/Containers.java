import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.Consumer;

import jakarta.servlet.ServletContext;
import org.apache.catalina.Context;
import org.apache.catalina.Session;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.session.DefaultSessionCache;
import org.eclipse.jetty.session.SessionCache;

/** Tomcat and Jetty on 127.0.0.1, with the sessions that they keep in memory. */
final class Containers {
    private Containers() {}

    static final class OfTomcat implements Records.Removable {
        private final Tomcat tomcat = new Tomcat();
        private final Context context;

        OfTomcat(int port, String folder, Consumer<ServletContext> setUp) {
            tomcat.setBaseDir(folder);
            tomcat.setHostname("127.0.0.1");
            tomcat.setPort(port);
            tomcat.getConnector().setProperty("address", "127.0.0.1");
            tomcat.getConnector().setURIEncoding("UTF-8");
            context = tomcat.addContext("", folder);
            context.addServletContainerInitializer((classes, servlets) -> setUp.accept(servlets), Set.of());
        }

        void start() throws Exception {
            tomcat.start();
            if (!tomcat.getConnector().getState().isAvailable()) {
                throw new IOException("Tomcat does not listen (see above)");
            }
            tomcat.getServer().await();
        }

        @Override
        public long count() {
            return context.getManager().getActiveSessions();
        }

        @Override
        public boolean exists(String key) throws IOException {
            return context.getManager().findSession(key) != null;
        }

        @Override
        public void delete(String key) throws IOException {
            Session session = context.getManager().findSession(key);
            if (session != null) {
                context.getManager().remove(session);
            }
        }
    }

    static final class OfJetty implements Records {
        private final Server server;
        private final ServletContextHandler context = new ServletContextHandler("/", ServletContextHandler.SESSIONS);

        OfJetty(int port, Consumer<ServletContext> setUp) {
            server = new Server(new InetSocketAddress("127.0.0.1", port));
            context.addServletContainerInitializer((classes, servlets) -> setUp.accept(servlets));
            server.setHandler(context);
        }

        void start() throws Exception {
            server.start();
            server.join();
        }

        private SessionCache cache() {
            return context.getSessionHandler().getSessionCache();
        }

        @Override
        public long count() {
            return ((DefaultSessionCache) cache()).getSessionsCurrent();
        }

        @Override
        public boolean exists(String key) throws Exception {
            return cache().contains(key);
        }
    }
}
