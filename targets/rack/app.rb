# frozen_string_literal: true

# Rack's cookies and sessions behind hardtack's contract: one call of Rack's public API per operation.
#
# The environment decides: ENGINE, SETTINGS, SECRET_KEY. The argument is the port on 127.0.0.1.

require 'rack'
require 'rack/handler/puma'
require 'rack/session/cookie'
require 'rack/session/pool'
require 'puma/const'
require_relative 'contract'

BASE = '/_hardtack'
ENGINES = { 'cookie' => Rack::Session::Cookie, 'pool' => Rack::Session::Pool }.freeze
SETTINGS = {
  'default' => {},
  'expire-after' => { expire_after: 1_209_600 },
  'short-lifetime' => { expire_after: 4 },
  'flags' => { key: 'sid', domain: 'app.localhost', path: BASE, same_site: :strict }
}.freeze
engine = ENV.fetch('ENGINE', 'cookie')
settings = ENV.fetch('SETTINGS', 'default')
unless ENGINES.key?(engine) && SETTINGS.key?(settings)
  abort "ENGINE is one of #{ENGINES.keys.join(', ')}; SETTINGS is one of #{SETTINGS.keys.join(', ')}"
end
OPTIONS = SETTINGS[settings]
SECRET = ENV.fetch('SECRET_KEY', 'hardtack: public on purpose, and 64 octets long as Rack 3 would ask for')
COOKIE = OPTIONS.fetch(:key, 'rack.session')

def attributes(given)
  native = { http_only: :httponly }
  given.transform_keys { |name| native.fetch(name, name) }
end

# session_id among the values is Rack's own.
def items(session)
  session.to_hash.except('session_id')
end

def operations(request, response)
  session = request.session
  {
    'cookie.set' => lambda { |name:, value:, **more|
      response.set_cookie(name, { value: value, **attributes(more) })
      nil
    },
    'cookie.delete' => lambda { |name:, **more|
      response.delete_cookie(name, attributes(more))
      nil
    },
    'cookie.list' => -> { request.cookies.map { |name, value| [name, value.to_s] } },
    'session.get' => ->(key:, default: nil) { session.fetch(key, default) },
    'session.put' => lambda { |key:, value:|
      session[key] = value
      nil
    },
    'session.delete' => lambda { |key:|
      session.delete(key)
      nil
    },
    'session.has' => ->(key:) { session.key?(key) },
    'session.update' => lambda { |values:|
      session.update(values)
      nil
    },
    'session.append' => lambda { |key:, value:|
      session.fetch(key) << value
      nil
    },
    'session.keys' => -> { items(session).keys },
    'session.values' => -> { items(session).values },
    'session.items' => -> { items(session) },
    'session.clear' => lambda {
      session.clear
      nil
    },
    'session.flush' => lambda {
      session.destroy
      nil
    },
    'auth.login' => lambda { |user:|
      session.options[:renew] = true
      session['user'] = user
    },
    'auth.logout' => lambda {
      session.destroy
      nil
    },
    'auth.whoami' => -> { session['user'] },
    'ctl.header' => lambda { |name:, value:|
      if %w[set-cookie date content-length].include?(name.downcase)
        raise Hardtack::Refused.new('invalid', "#{name} is not for ctl.header to set")
      end

      response.set_header(name, value)
      nil
    }
  }
end

# Sessions in memory have keys; those in cookies have none.
def with_keys(operations, request)
  session = request.session
  operations.merge(
    'session.cycle_key' => lambda {
      session.empty? # loads it: Rack 2 forgets the data of a session that is renewed before anybody looked at it
      session.options[:renew] = true
      nil
    },
    'session.key' => -> { session.exists? || session.loaded? ? session.id.to_s : nil }
  )
end

about = {
  framework: 'rack', version: Rack.release, server: "puma #{Puma::Const::PUMA_VERSION} on Ruby #{RUBY_VERSION}",
  facts: {
    dialect: 'rack', engine: engine, storage: engine == 'cookie' ? 'client' : 'server',
    rotate: engine == 'cookie' ? 'none' : 'login', clear_is_flush: false, lazy: true, save_on_error: true, save: 'at_end',
    expiry: OPTIONS[:expire_after] ? 'sliding_on_read' : 'sliding_on_write', concurrency: 'last_write',
    logout_cookie: 'replaced', default_lifetime: OPTIONS.fetch(:expire_after, 1_209_600),
    browser_close: !OPTIONS[:expire_after], workers: 1
  },
  session_cookies: [COOKIE]
}

app = lambda { |env|
  request = Rack::Request.new(env)
  response = Rack::Response.new([], 200, { 'Content-Type' => 'application/json' })
  offered = operations(request, response)
  offered = with_keys(offered, request) if engine == 'pool'
  contract = Hardtack::Contract.new(about, offered, lacks: { 'cookie.set' => %i[partitioned],
                                                              'cookie.delete' => %i[partitioned] })
  case [request.path, request.request_method]
  in [BASE, 'GET' | 'HEAD']
    response.write(contract.describe)
  in ["#{BASE}/run", 'GET' | 'HEAD' | 'POST']
    begin
      program, response.status = Hardtack::Contract.read(request.post? ? request.body.read : request.GET['program'])
      body = contract.perform(program)
      response.write(body) unless [204, 304].include?(response.status)
    rescue Hardtack::Malformed => e
      response.status = 400
      response.write(Hardtack::Contract.malformed(e))
    end
  in [BASE | "#{BASE}/run", _]
    response.status = 405
  else
    response.status = 404
  end
  response.finish
}

secret = engine == 'cookie' ? { secret: SECRET } : {}
sessions = ENGINES[engine].new(app, { **secret, **OPTIONS })
Rack::Handler::Puma.run(sessions, Host: '127.0.0.1', Port: Integer(ARGV.fetch(0)), Threads: '16:16', Silent: true,
                                  environment: 'production')
