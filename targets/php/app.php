<?php
/**
 * PHP's built-in cookies and sessions behind hardtack's contract: one call of PHP's own functions per operation.
 *
 * The router of PHP's development server: `php -n -S 127.0.0.1:PORT app.php`. The environment decides: SETTINGS, STRICT,
 * DATA_DIR.
 */
declare(strict_types=1);

use Hardtack\Contract;
use Hardtack\Malformed;
use Hardtack\Refused;

require __DIR__ . '/contract.php';

const BASE = '/_hardtack';
const VARIANTS = [
    'default' => [],
    'flags' => ['session.name' => 'sid', 'session.cookie_path' => BASE, 'session.cookie_domain' => 'app.localhost',
        'session.cookie_samesite' => 'Strict', 'session.cookie_httponly' => '1'],
    'lazy-write-off' => ['session.lazy_write' => '0'],
    'php-serialize' => ['session.serialize_handler' => 'php_serialize'],
    'short-lifetime' => ['session.cookie_lifetime' => '4', 'session.gc_maxlifetime' => '4', 'session.gc_probability' => '1',
        'session.gc_divisor' => '1'],
    'short-cookie' => ['session.cookie_lifetime' => '4'],
    'old-record-kept' => [],
];
$variant = getenv('SETTINGS') ?: 'default';
$strict = getenv('STRICT') ?: 'off';
if (!isset(VARIANTS[$variant]) || !in_array($strict, ['on', 'off'], true)) {
    throw new LogicException('SETTINGS is one of ' . implode(', ', array_keys(VARIANTS)) . '; STRICT is on or off');
}
foreach (['session.use_strict_mode' => $strict === 'on' ? '1' : '0', ...VARIANTS[$variant]] as $name => $value) {
    ini_set($name, $value);
}
session_save_path(getenv('DATA_DIR') ?: sys_get_temp_dir());

/** The session, started when it is first needed. That creates it: PHP has no way to only look. */
function &session(): array
{
    if (session_status() !== PHP_SESSION_ACTIVE) {
        session_start();
    }
    return $_SESSION;
}

/** What PHP says when it refuses an argument with a warning. */
function warned(bool $accepted): void
{
    if (!$accepted) {
        throw new Refused('invalid', error_get_last()['message'] ?? 'refused');
    }
}

function options(array $attributes): array
{
    $native = ['http_only' => 'httponly', 'same_site' => 'samesite'];
    $named = array_combine(array_map(fn ($name) => $native[$name] ?? $name, array_keys($attributes)), $attributes);
    return array_filter($named, fn ($value) => $value !== null);
}

/** As the manual's example of session_destroy does. */
function end_session(): void
{
    session();
    $_SESSION = [];
    $scope = array_diff_key(session_get_cookie_params(), ['lifetime' => 0]);
    setcookie(session_name(), '', ['expires' => time() - 42000, ...$scope]);
    session_destroy();
}

function login(string $user): string
{
    global $variant;
    session();
    session_regenerate_id($variant !== 'old-record-kept'); // the argument says whether the old record is deleted
    return $_SESSION['user'] = $user;
}

/** The file of a session: PHP keeps each in one. */
function record(string $key): string
{
    if (!preg_match('/^[a-zA-Z0-9,-]+$/D', $key)) {
        throw new Refused('invalid', 'no session key of PHP');
    }
    return session_save_path() . "/sess_$key";
}

/** Sweeps with PHP's own collector, which works only inside a session; a throw-away one when there is none. */
function sweep(): void
{
    $active = session_status() === PHP_SESSION_ACTIVE;
    $active || session_start(['use_cookies' => false]);
    session_gc();
    $active || session_destroy();
}

function flat(array $cookies, string $prefix = ''): array
{
    $pairs = [];
    foreach ($cookies as $name => $value) { // PHP makes arrays of names with brackets
        $name = $prefix === '' ? (string) $name : "{$prefix}[$name]";
        $pairs = [...$pairs, ...(is_array($value) ? flat($value, $name) : [[$name, $value]])];
    }
    return $pairs;
}

$contract = new Contract(
    [
        'framework' => 'php', 'version' => PHP_VERSION, 'server' => 'built-in server of PHP ' . PHP_VERSION,
        'facts' => [
            'dialect' => 'php', 'engine' => 'files', 'storage' => 'server', 'rotate' => 'login', 'clear_is_flush' => false,
            'lazy' => false, 'save_on_error' => true, 'save' => 'at_end', 'concurrency' => 'lock',
            'logout_cookie' => 'deleted', 'default_lifetime' => (int) ini_get('session.gc_maxlifetime'),
            'browser_close' => ini_get('session.cookie_lifetime') === '0', 'expiry' => 'sliding_on_read',
            'workers' => (int) (getenv('PHP_CLI_SERVER_WORKERS') ?: 1),
        ],
        'session_cookies' => [session_name()],
    ],
    [
        'cookie.set' => fn (string $name, string $value, array $attributes) =>
            warned(setcookie($name, $value, options($attributes))),
        'cookie.delete' => fn (string $name, array $attributes) =>
            warned(setcookie($name, '', ['expires' => time() - 3600, ...options($attributes)])),
        'cookie.list' => fn () => flat($_COOKIE),
        'session.get' => fn (string $key, mixed $default = null) => session()[$key] ?? $default,
        'session.put' => function (string $key, mixed $value): void { session()[$key] = $value; },
        'session.delete' => function (string $key): void { unset(session()[$key]); },
        'session.has' => fn (string $key) => array_key_exists($key, session()),
        'session.update' => function (array $values): void { $_SESSION = [...session(), ...$values]; },
        'session.append' => function (string $key, mixed $value): void { session()[$key][] = $value; },
        'session.keys' => fn () => array_map(strval(...), array_keys(session())),
        'session.values' => fn () => array_values(session()),
        'session.items' => fn () => (object) session(),
        'session.clear' => function (): void { session(); session_unset(); },
        'session.flush' => end_session(...),
        'session.cycle_key' => function () use ($variant): void {
            session();
            session_regenerate_id($variant !== 'old-record-kept');
        },
        'session.key' => function () { session(); return session_id(); },
        'auth.login' => login(...),
        'auth.logout' => end_session(...),
        'auth.whoami' => fn () => session()['user'] ?? null,
        'ctl.header' => function (string $name, string $value): void {
            if (in_array(strtolower($name), ['set-cookie', 'date', 'content-length'], true)) {
                throw new Refused('invalid', "$name is not for ctl.header to set");
            }
            error_clear_last();
            @header("$name: $value");
            warned(error_get_last() === null);
        },
        'store.clear_expired' => sweep(...),
        'store.count' => fn () => count(glob(session_save_path() . '/sess_*')),
        'store.exists' => fn (string $key) => is_file(record($key)),
        'store.delete' => fn (string $key) => is_file(record($key)) && unlink(record($key)),
        'store.corrupt' => function (string $key): void {
            is_file(record($key)) || throw new Refused('missing', $key);
            file_put_contents(record($key), 'damaged');
        },
    ],
    ['cookie.set' => ['max_age', 'partitioned'], 'cookie.delete' => ['partitioned']],
);

$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
header('Content-Type: application/json');
if (!in_array($path, [BASE, BASE . '/run'], true)) {
    http_response_code(404);
} elseif (!in_array($_SERVER['REQUEST_METHOD'], $path === BASE ? ['GET', 'HEAD'] : ['GET', 'HEAD', 'POST'], true)) {
    http_response_code(405);
} elseif ($path === BASE) {
    echo $contract->describe();
} else {
    try {
        $text = $_SERVER['REQUEST_METHOD'] === 'POST' ? file_get_contents('php://input') : ($_GET['program'] ?? null);
        [$program, $status] = Contract::read(is_string($text) ? $text : null);
    } catch (Malformed $error) {
        http_response_code(400);
        echo Contract::malformed($error);
        return;
    }
    http_response_code($status);
    $body = $contract->perform($program);
    if (!in_array($status, [204, 304], true)) {
        echo $body;
    }
}
