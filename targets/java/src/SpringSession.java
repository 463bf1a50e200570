import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.session.MapSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.data.redis.RedisSessionRepository;
import org.springframework.session.web.http.SessionRepositoryFilter;

/** Spring Session's filter in front of the servlets, with its two simplest repositories. */
final class SpringSession {
    private SpringSession() {}

    static final class InMemory implements Records.Removable {
        private final Map<String, Session> sessions = new ConcurrentHashMap<>();

        void install(ServletContext context, Settings settings) {
            MapSessionRepository repository = new MapSessionRepository(sessions);
            repository.setDefaultMaxInactiveInterval(settings.lifetime());
            filter(context, settings, repository);
        }

        @Override
        public long count() {
            return sessions.size();
        }

        @Override
        public boolean exists(String key) {
            return sessions.containsKey(key);
        }

        @Override
        public void delete(String key) {
            sessions.remove(key);
        }
    }

    static final class InRedis implements Records.Removable {
        private static final String PREFIX = RedisSessionRepository.DEFAULT_KEY_NAMESPACE + ":sessions:";
        private final RedisTemplate<String, Object> redis = new RedisTemplate<>();

        InRedis(String host, int port) {
            LettuceConnectionFactory connections =
                    new LettuceConnectionFactory(new RedisStandaloneConfiguration(host, port));
            connections.start();
            redis.setKeySerializer(RedisSerializer.string());
            redis.setHashKeySerializer(RedisSerializer.string());
            redis.setConnectionFactory(connections);
            redis.afterPropertiesSet();
        }

        void install(ServletContext context, Settings settings) {
            RedisSessionRepository repository = new RedisSessionRepository(redis);
            repository.setDefaultMaxInactiveInterval(settings.lifetime());
            filter(context, settings, repository);
        }

        @Override
        public long count() {
            Set<String> keys = redis.keys(PREFIX + "*");
            return keys == null ? 0 : keys.size();
        }

        @Override
        public boolean exists(String key) {
            return redis.hasKey(PREFIX + key);
        }

        @Override
        public void delete(String key) {
            redis.delete(PREFIX + key);
        }
    }

    private static <S extends Session> void filter(
            ServletContext context, Settings settings, SessionRepository<S> repository) {
        SessionRepositoryFilter<S> filter = new SessionRepositoryFilter<>(repository);
        filter.setHttpSessionIdResolver(settings.springCookie());
        context.addFilter("springSessionRepositoryFilter", filter)
                .addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
    }
}
