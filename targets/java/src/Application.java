import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;

/** Cookies and sessions of the Servlet API in the contract's terms, whoever keeps the sessions. */
final class Application {
    private static final String SCOPE = "path domain same_site secure http_only partitioned";
    private static final Set<String> SAME_SITE = Set.of("lax", "strict", "none");

    private Application() {}

    static void offer(Contract contract, Records records) {
        contract.offer("cookie.set", "name! value! max_age -expires " + SCOPE, Application::setCookie)
                .offer("cookie.delete", "name! " + SCOPE, Application::deleteCookie)
                .offer("cookie.list", "", (request, response, with) -> cookies(request))
                .offer("session.get", "key! default", (request, response, with) -> {
                    Object value = attribute(request, with.text("key"));
                    return value == null ? with.value("default") : value;
                })
                .offer("session.put", "key! value!", (request, response, with) -> {
                    request.getSession().setAttribute(with.text("key"), with.value("value"));
                    return null;
                })
                .offer("session.delete", "key!", (request, response, with) -> {
                    request.getSession().removeAttribute(with.text("key"));
                    return null;
                })
                .offer("session.has", "key!", (request, response, with) -> attribute(request, with.text("key")) != null)
                .offer("session.keys", "", (request, response, with) -> {
                    HttpSession session = request.getSession(false);
                    return session == null ? List.of() : Collections.list(session.getAttributeNames());
                })
                .offer("session.append", "key! value!", Application::append)
                .offer("session.flush", "", (request, response, with) -> end(request))
                .offer("session.cycle_key", "", (request, response, with) -> {
                    request.getSession();
                    request.changeSessionId();
                    return null;
                })
                .offer("session.key", "", (request, response, with) -> {
                    HttpSession session = request.getSession(false);
                    return session == null ? null : session.getId();
                })
                .offer("session.set_expiry", "to! -to.at", Application::setExpiry)
                .offer("session.get_expiry", "", (request, response, with) -> Map.of(
                        "age", request.getSession().getMaxInactiveInterval(),
                        "at_browser_close", request.getServletContext().getSessionCookieConfig().getMaxAge() < 0))
                .offer("auth.login", "user!", (request, response, with) -> {
                    request.getSession();
                    request.changeSessionId(); // what the Servlet API has against fixation
                    request.getSession().setAttribute("user", with.text("user"));
                    return with.text("user");
                })
                .offer("auth.logout", "", (request, response, with) -> end(request))
                .offer("auth.whoami", "", (request, response, with) -> attribute(request, "user"));
        records.offer(contract);
    }

    private static Object attribute(HttpServletRequest request, String name) {
        HttpSession session = request.getSession(false);
        return session == null ? null : session.getAttribute(name);
    }

    private static Object end(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
        return null;
    }

    @SuppressWarnings("unchecked")
    private static Object append(HttpServletRequest request, HttpServletResponse response, Contract.With with)
            throws Contract.Refused {
        if (!(attribute(request, with.text("key")) instanceof List<?> list)) {
            throw new Contract.Refused("missing", with.text("key") + " is no list of the session");
        }
        ((List<Object>) list).add(with.value("value"));
        return null;
    }

    private static Object setExpiry(HttpServletRequest request, HttpServletResponse response, Contract.With with)
            throws Contract.Refused {
        if (with.value("to") instanceof Integer seconds) {
            request.getSession().setMaxInactiveInterval(seconds);
        } else if (with.value("to") instanceof Duration duration) {
            request.getSession().setMaxInactiveInterval((int) duration.toSeconds());
        } else {
            throw new Contract.Refused("unsupported", "setMaxInactiveInterval takes seconds");
        }
        return null;
    }

    private static Object setCookie(HttpServletRequest request, HttpServletResponse response, Contract.With with)
            throws Contract.Refused {
        Cookie cookie = scoped(with, with.text("value"));
        if (with.value("max_age") instanceof Integer seconds) {
            cookie.setMaxAge(seconds);
        } else if (with.value("max_age") instanceof Duration duration) {
            cookie.setMaxAge((int) duration.toSeconds());
        } else if (with.value("max_age") != null) {
            throw new Contract.Refused("unsupported", "setMaxAge takes seconds");
        }
        response.addCookie(cookie);
        return null;
    }

    /** The Servlet API has no call that deletes; this is what its documentation asks for. */
    private static Object deleteCookie(HttpServletRequest request, HttpServletResponse response, Contract.With with)
            throws Contract.Refused {
        Cookie cookie = scoped(with, "");
        cookie.setMaxAge(0);
        response.addCookie(cookie);
        return null;
    }

    private static Cookie scoped(Contract.With with, String value) throws Contract.Refused {
        Cookie cookie = new Cookie(with.text("name"), value);
        if (with.value("path") != null) {
            cookie.setPath(with.text("path"));
        }
        if (with.value("domain") != null) {
            cookie.setDomain(with.text("domain"));
        }
        cookie.setSecure(with.flag("secure"));
        cookie.setHttpOnly(with.flag("http_only"));
        if (with.value("same_site") != null) {
            if (!SAME_SITE.contains(with.text("same_site").toLowerCase(Locale.ROOT))) {
                throw new Contract.Refused("invalid", "there is no such SameSite mode");
            }
            cookie.setAttribute("SameSite", with.text("same_site"));
        }
        if (with.flag("partitioned")) {
            cookie.setAttribute("Partitioned", "");
        }
        return cookie;
    }

    private static Object cookies(HttpServletRequest request) {
        List<Object> pairs = new ArrayList<>();
        if (request.getCookies() != null) {
            for (Cookie cookie : request.getCookies()) {
                pairs.add(List.of(cookie.getName(), cookie.getValue()));
            }
        }
        return pairs;
    }
}
