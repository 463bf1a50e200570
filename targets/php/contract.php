<?php
/**
 * hardtack's contract, version 1, for any PHP application: reads programs, checks parameters, names failures.
 *
 * Paste this file beside the application, give `Contract` the operations that the application offers, and route
 * `GET {base}` to `describe` and `{base}/run` to `read` and `perform`. `app.php` in this folder is an example. Serve the
 * two routes on loopback only, without CSRF protection. Needs PHP 8.1.
 */
declare(strict_types=1);

namespace Hardtack;

/** An operation's own refusal: the contract's word (`missing`, `invalid`, `unsupported`) and a sentence. */
final class Refused extends \Exception
{
    public function __construct(public readonly string $word, string $message)
    {
        parent::__construct($message);
    }
}

/** What ctl.raise throws at the application. */
final class Unhandled extends \Exception
{
}

/** A request that is no program: answered with 400, with nothing performed. */
final class Malformed extends \Exception
{
}

final class Contract
{
    private const SCOPE = ['path', 'domain', 'same_site', 'secure', 'http_only', 'partitioned'];
    private const ATTRIBUTES = [
        'cookie.set' => ['max_age', 'expires', ...self::SCOPE],
        'cookie.set_signed' => ['max_age', 'expires', ...self::SCOPE],
        'cookie.delete' => self::SCOPE,
    ];

    /**
     * @param array<string, mixed> $about framework, version, server, facts, session_cookies (and csrf_cookies)
     * @param array<string, callable> $operations by name; a parameter of the contract is a parameter of the function, one
     *     without a default is required. The attributes of cookies arrive together, as the array `$attributes`.
     * @param array<string, list<string>> $lacks attributes that an operation does not know
     */
    public function __construct(private array $about, private array $operations, private array $lacks = [])
    {
        $this->operations += [
            'ctl.wait' => self::wait(...),
            'ctl.sleep' => fn (int|float $ms) => usleep((int) ($ms * 1000)),
            'ctl.raise' => fn () => throw new Unhandled('as ctl.raise asked'),
        ];
    }

    /** The body of `GET {base}`. */
    public function describe(): string
    {
        $entry = fn (string $op) => isset($this->lacks[$op]) ? ['op' => $op, 'lacks' => $this->lacks[$op]] : $op;
        return self::json(['contract' => 1, ...$this->about, 'operations' => array_map($entry, array_keys($this->operations))]);
    }

    /**
     * The program of a request, and the status that it asks for.
     *
     * @param ?string $text the body of a POST, the parameter `program` of a GET
     * @return array{list<array<string, mixed>>, int}
     * @throws Malformed when it is none
     */
    public static function read(?string $text): array
    {
        try {
            $asked = json_decode($text ?? '', true, 512, JSON_THROW_ON_ERROR);
        } catch (\JsonException $error) {
            throw new Malformed($error->getMessage());
        }
        [$program, $status] = [$asked['program'] ?? null, $asked['status'] ?? 200];
        if (!is_int($status) || $status < 200 || $status > 599) {
            throw new Malformed('status is a whole number from 200 to 599');
        }
        $entry = fn ($entry) => is_array($entry) && is_string($entry['op'] ?? null) && is_bool($entry['fatal'] ?? false);
        if (!is_array($program) || !array_is_list($program) || array_filter($program, $entry) !== $program) {
            throw new Malformed('program is a list of objects with op (text) and fatal (boolean, optional)');
        }
        return [self::octets($program), $status];
    }

    /** The body that answers a malformed request. */
    public static function malformed(Malformed $error): string
    {
        return self::json(['error' => 'invalid', 'kind' => 'Malformed', 'message' => $error->getMessage()]);
    }

    /**
     * Performs a program; the body of the answer.
     *
     * @throws \Throwable what a fatal operation throws, for the application to handle as it handles its own errors
     */
    public function perform(array $program): string
    {
        return self::json(['results' => array_map($this->one(...), $program)]);
    }

    private function one(array $entry): array
    {
        $op = $entry['op'];
        try {
            $call = $this->operations[$op] ?? throw new Refused('unsupported', "$op is not offered");
            return ['ok' => $call(...$this->bind($op, $call, array_diff_key($entry, ['op' => 0, 'fatal' => 0])))];
        } catch (\Throwable $error) {
            if (($entry['fatal'] ?? false) || $error instanceof Unhandled) {
                throw $error;
            }
            $refused = preg_match('/^(cookie|ctl)\./', $op) && ($error instanceof \ValueError || $error instanceof \TypeError);
            $word = $error instanceof Refused ? $error->word : ($refused ? 'invalid' : 'exception');
            return ['error' => $word, 'kind' => $error::class, 'message' => $error->getMessage()];
        }
    }

    /** Presence and types are checked here; values are for the application to judge. */
    private function bind(string $op, callable $call, array $given): array
    {
        $known = [];
        foreach ((new \ReflectionFunction($call(...)))->getParameters() as $parameter) {
            $known[$parameter->getName()] = !$parameter->isOptional();
        }
        unset($known['attributes']);
        $attributes = array_diff(self::ATTRIBUTES[$op] ?? [], $this->lacks[$op] ?? []);
        $known += array_fill_keys($attributes, false);
        foreach (array_diff_key($given, $known) as $name => $value) {
            throw new Refused('unsupported', "$op has no $name here");
        }
        foreach ($known as $name => $required) {
            $whatever = $name === 'default' || ($name === 'value' && str_starts_with($op, 'session.'));
            $present = array_key_exists($name, $given);
            if (($required && !$present) || ($present && !$whatever && !self::fits($name, $given[$name]))) {
                throw new Refused('invalid', "$name is missing or has the wrong type");
            }
        }
        foreach (['max_age', 'expires', 'to'] as $time) {
            if (array_key_exists($time, $given)) {
                $given[$time] = self::time($given[$time]);
            }
        }
        $attributes = array_intersect_key($given, array_flip($attributes));
        $given = array_diff_key($given, $attributes);
        return isset(self::ATTRIBUTES[$op]) ? $given + ['attributes' => $attributes] : $given;
    }

    private static function fits(string $name, mixed $value): bool
    {
        return match ($name) {
            'path', 'domain', 'same_site' => $value === null || is_string($value),
            'secure', 'http_only', 'partitioned', 'keep_session' => is_bool($value),
            'max_age', 'expires', 'to' => $value === null || is_int($value) || is_float($value) || (is_array($value)
                && count($value) === 1 && (is_string($value['raw'] ?? null) || is_numeric($value['in'] ?? $value['at'] ?? ''))),
            'ms', 'timeout_ms' => (is_int($value) || is_float($value)) && $value >= 0,
            'values' => is_array($value) && ($value === [] || !array_is_list($value)),
            'user' => is_string($value) && $value !== '',
            default => is_string($value),
        };
    }

    /** A number of seconds as it is; a duration as DateInterval; an instant as a time stamp; raw text unchanged. */
    private static function time(mixed $time): mixed
    {
        return match (true) {
            isset($time['in']) => new \DateInterval('PT' . (int) $time['in'] . 'S'),
            isset($time['at']) => time() + (int) $time['at'],
            isset($time['raw']) => $time['raw'],
            default => is_float($time) && floor($time) === $time ? (int) $time : $time, // 60.0 and 60 are one JSON number
        };
    }

    private static function wait(string $url, int|float $timeout_ms = 5000): bool
    {
        if (!in_array(parse_url($url, PHP_URL_HOST), ['127.0.0.1', '[::1]', 'localhost'], true)) {
            throw new Refused('invalid', 'url is not a loopback URL');
        }
        $end = microtime(true) + $timeout_ms / 1000;
        $quick = ['http' => ['timeout' => $timeout_ms / 1000, 'ignore_errors' => true]];
        if (@file_get_contents($url, false, stream_context_create($quick)) !== false) {
            return true;
        }
        return microtime(true) >= $end ? false : throw new \RuntimeException("nobody answers at $url");
    }

    private static function octets(mixed $value): mixed
    {
        if (is_array($value) && array_keys($value) === ['b64'] && is_string($value['b64'])) {
            $octets = base64_decode($value['b64'], true);
            return $octets === false ? throw new Malformed('b64 is not base64') : $octets;
        }
        return is_array($value) ? array_map(self::octets(...), $value) : $value;
    }

    private static function json(mixed $value): string
    {
        return json_encode(self::plain($value), JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    }

    private static function plain(mixed $value): mixed
    {
        return match (true) {
            is_array($value) => array_map(self::plain(...), $value),
            $value instanceof \stdClass => (object) array_map(self::plain(...), (array) $value),
            is_string($value) && preg_match('//u', $value) !== 1 => ['b64' => base64_encode($value)],
            default => $value,
        };
    }
}
