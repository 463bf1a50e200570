import java.time.Duration;
import java.util.Locale;

import jakarta.servlet.ServletContext;
import jakarta.servlet.SessionCookieConfig;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import org.springframework.session.web.http.CookieHttpSessionIdResolver;
import org.springframework.session.web.http.DefaultCookieSerializer;

/** How an application sets its sessions up: by the Servlet API, and by Spring Session's own calls. */
enum Settings {
    /** As it ships. */
    DEFAULT,
    /** Another name, a domain, a path, SameSite and a Max-Age. */
    FLAGS,
    /** The record lives for four seconds without a request. */
    SHORT_LIFETIME;

    static final Duration LIFETIME = Duration.ofMinutes(30);

    static Settings named(String name) {
        return valueOf(name.replace('-', '_').toUpperCase(Locale.ROOT));
    }

    Duration lifetime() {
        return this == SHORT_LIFETIME ? Duration.ofSeconds(4) : LIFETIME;
    }

    void apply(ServletContext context) {
        context.setSessionTimeout((int) LIFETIME.toMinutes());
        SessionCookieConfig cookie = context.getSessionCookieConfig();
        if (this == FLAGS) {
            cookie.setName("sid");
            cookie.setDomain("app.localhost");
            cookie.setPath("/_hardtack");
            cookie.setHttpOnly(true);
            cookie.setAttribute("SameSite", "Strict");
            cookie.setMaxAge((int) LIFETIME.toSeconds());
        }
        if (this == SHORT_LIFETIME) { // the Servlet API counts its timeout in minutes; a session's own is in seconds
            context.addListener(new HttpSessionListener() {
                @Override
                public void sessionCreated(HttpSessionEvent event) {
                    event.getSession().setMaxInactiveInterval((int) lifetime().toSeconds());
                }
            });
        }
    }

    CookieHttpSessionIdResolver springCookie() {
        DefaultCookieSerializer cookie = new DefaultCookieSerializer();
        if (this == FLAGS) {
            cookie.setCookieName("sid");
            cookie.setDomainName("app.localhost");
            cookie.setCookiePath("/_hardtack");
            cookie.setSameSite("Strict");
            cookie.setCookieMaxAge((int) LIFETIME.toSeconds());
        }
        CookieHttpSessionIdResolver resolver = new CookieHttpSessionIdResolver();
        resolver.setCookieSerializer(cookie);
        return resolver;
    }
}
